// RevokedKeys: a binary key revocation list (PROTOCOL.krl, krl.c) or a text file of public keys (authfile.c:
// sshkey_in_file). A list that does not parse revokes every key.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "facts/public_key.hpp"

namespace reentry {

// Certificates revoked for one CA; an empty `ca_blob` stands for every CA.
struct RevokedCertificates {
  std::string ca_blob;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> serials;  // inclusive ranges
  std::set<std::string> key_ids;
};

struct RevokedKeys {
  bool binary = false;
  std::set<std::string> blobs;   // plain key blobs
  std::set<std::string> sha1;    // 20 raw bytes
  std::set<std::string> sha256;  // 32 raw bytes
  std::vector<RevokedCertificates> certificates;

  // Whether `key` itself is listed, its plain key, or its certificate (by its CA, serial or key id). The CA's
  // own key is asked about separately, as sshd does.
  [[nodiscard]] bool lists(const PublicKey& key) const;
};

// Where and why a list does not parse.
struct RevokedKeysProblem {
  std::size_t line = 0;  // of a text file; 0 for a binary list
  std::string reason;    // English, one line
};

// Nothing when sshd could not read it: it then refuses every key. An empty file is an empty list.
[[nodiscard]] std::optional<RevokedKeys> parse_revoked_keys(std::string_view bytes,
                                                            RevokedKeysProblem& problem);

}  // namespace reentry
