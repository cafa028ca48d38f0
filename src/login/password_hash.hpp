// Whether the hash that an account has can match any password at all (crypt(5), shadow(5)).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "login/pam_stack.hpp"

namespace reentry {

enum class HashState {
  usable,       // some password matches it
  empty,        // no password at all
  locked,       // `!…`, `*…`: nothing matches
  damaged,      // a method that is known, but the hash is cut or has wrong characters
  unsupported,  // a method that the target's libcrypt does not know
  unknown,      // it depends on which libcrypt the target has
};

// `yescrypt`: whether the target's libcrypt is libxcrypt, which knows yescrypt, gost and bcrypt; glibc's own
// knows DES, MD5, SHA-256 and SHA-512.
[[nodiscard]] HashState state_of_hash(std::string_view hash, const Known<bool>& yescrypt);

// The method by its usual name: `SHA-512`, `yescrypt`, `DES`; empty when it is none.
[[nodiscard]] std::string_view method_of_hash(std::string_view hash);

// A hash that keeps even the right password out, as an obstacle at the line that holds it; nothing for
// `usable`, `unknown`, and for an empty one where `empty_is_fine`. `entry` is nullptr when the hash stands in
// /etc/passwd.
[[nodiscard]] std::optional<Obstacle> hash_obstacle(const PasswdEntry& user, const ShadowEntry* entry,
                                                    HashState state, bool empty_is_fine);

namespace pam {
// The same as pam_unix's answer to the right password.
[[nodiscard]] ModuleVerdict verdict_of_hash(const PamQuestion& question, const ShadowEntry* entry,
                                            bool empty_is_fine);
}  // namespace pam

}  // namespace reentry
