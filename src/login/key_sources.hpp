// Where sshd looks for a key: the user's files, the CAs it trusts, a command
// (auth2-pubkey.c:user_key_allowed).
#pragma once

#include <vector>

#include "login/key_context.hpp"
#include "login/keys_files.hpp"

namespace reentry {

// The way in for `key`, or what must be mended so that there is one: the obstacles of the place that comes
// nearest, in the order in which they must be mended. `unknown` is set where something we can't see may let
// it in.
[[nodiscard]] KeyOutcome judge_sources(const KeyContext& context, const std::vector<KeysFile>& files,
                                       const PublicKey& key);

// What stands in the way when the account's files hold no key at all.
[[nodiscard]] KeyOutcome judge_no_key(const KeyContext& context, const std::vector<KeysFile>& files);

}  // namespace reentry
