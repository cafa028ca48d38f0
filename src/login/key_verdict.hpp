// What sshd would answer to a key, with the line that let it in: root's gate and the session need to know its
// options (auth2-pubkey.c:user_key_allowed).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "login/gates.hpp"
#include "login/trace.hpp"

namespace reentry {

// One way in: a line of a file, or a certificate.
struct AcceptedKey {
  Exhibit at;  // the line; of a certificate the line of its CA
  std::string fingerprint;
  bool certificate = false;
  std::optional<std::string> forced_command;  // command= of the line, or force-command of the certificate
  bool pty = true;
  bool port_forwarding = true;
  bool agent_forwarding = true;
  bool x11_forwarding = true;
  bool user_rc = true;
  bool certain = true;  // false: only if the address, the clock or a command turns out well
};

struct KeyVerdict {
  Gate gate;                          // auth/publickey
  std::vector<AcceptedKey> accepted;  // certain ones first; for one key at most one entry
};

// For CredentialKind::key the key asked about, for any: every key of the account's files. Judged once for
// each input; valid as long as it.
[[nodiscard]] const KeyVerdict& key_verdict(const GateInput& input);
[[nodiscard]] KeyVerdict key_verdict(const GateInput& input, const PublicKey& key);

}  // namespace reentry
