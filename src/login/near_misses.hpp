// Where a key stands that sshd does not find: under another name, in another place, in another account.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "login/key_context.hpp"
#include "login/keys_files.hpp"

namespace reentry {

struct NearMiss {
  std::string path;
  std::size_t line = 0;
  std::string user;       // whose file it is
  bool misnamed = false;  // a file of this account with a name or place that only looks right
  std::string fingerprint;
};

// A file of this account that sshd does not read and that holds `key` (with nullptr: any key). Files that are
// among `read` are not looked at.
[[nodiscard]] std::optional<NearMiss> misplaced_in_home(const KeyContext& context,
                                                        const std::vector<KeysFile>& read,
                                                        const PublicKey* key);

// The first other account (root first) in one of whose files the key stands, as far as they were collected.
[[nodiscard]] std::optional<NearMiss> in_other_account(const KeyContext& context, const PublicKey& key);

}  // namespace reentry
