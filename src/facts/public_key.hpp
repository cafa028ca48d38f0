// A public key or certificate as ssh writes it (RFC 4253 6.6, RFC 5656, RFC 8709, PROTOCOL.certkeys,
// PROTOCOL.u2f).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reentry {

struct PublicKey;

// The certificate half of a *-cert-v01@openssh.com key.
struct Certificate {
  bool host = false;  // type 2; type 1 is a user certificate
  std::uint64_t serial = 0;
  std::string key_id;
  std::vector<std::string> principals;
  std::uint64_t valid_after = 0;                                      // seconds since 1970 UTC
  std::uint64_t valid_before = 0;                                     // all ones: for ever
  std::vector<std::pair<std::string, std::string>> critical_options;  // name, data (inner string unpacked)
  std::vector<std::string> extensions;
  std::string ca_blob;              // the signing key's blob
  std::string signature_algorithm;  // `ssh-ed25519`, `rsa-sha2-512`, `ssh-rsa` …
};

struct PublicKey {
  std::string type;  // of the blob: `ssh-ed25519`, `ssh-rsa-cert-v01@openssh.com` …
  std::string blob;  // the wire form; of a certificate the whole certificate
  std::string comment;
  int bits = 0;            // RSA modulus bits, curve bits, 256 for ed25519
  std::string plain_blob;  // the key alone, without its certificate (equal to blob for plain keys)
  std::optional<Certificate> certificate;

  // `SHA256:` and 43 characters, of the plain key, as ssh-keygen -l prints it.
  [[nodiscard]] std::string fingerprint() const;
  [[nodiscard]] bool is_rsa() const;
  // The plain type: `ssh-rsa` for `ssh-rsa-cert-v01@openssh.com`.
  [[nodiscard]] std::string_view plain_type() const;
};

enum class KeyProblem {
  none,
  empty,
  unknown_type,   // the first word is no key type that OpenSSH knows
  missing_data,   // a type word and nothing behind it
  bad_base64,     // not base64, or cut within a group
  truncated,      // base64 is fine, the blob ends early
  trailing_data,  // bytes left behind the key
  type_mismatch,  // the type word is not the type inside the blob
  bad_value,      // a field has an impossible value
};

// Parses a wire blob (sshkey.c:sshkey_from_blob). The reason stands in `problem` when it refuses.
[[nodiscard]] std::optional<PublicKey> key_from_blob(std::string_view blob, KeyProblem& problem);

// Parses `TYPE BASE64 [comment]` at the start of `line` (sshkey.c:sshkey_read): leading blanks are not
// skipped.
[[nodiscard]] std::optional<PublicKey> key_from_line(std::string_view line, KeyProblem& problem);

// A key that a person names on the command line: a .pub file, a certificate, or a private key in OpenSSH's
// own format (whose public half is in clear even when it is encrypted) or PEM PKCS#1. Nothing with a reason
// in `why_not` (English, one line) when no public key can be had from it.
[[nodiscard]] std::optional<PublicKey> key_from_any_file(std::string_view bytes, std::string& why_not);

// True for words that OpenSSH of the newest release takes as a key type, short forms included.
[[nodiscard]] bool is_key_type(std::string_view word);

}  // namespace reentry
