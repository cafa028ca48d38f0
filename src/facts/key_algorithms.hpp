// Under which names a user's key is signed with, and held against a list of accepted ones.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "facts/public_key.hpp"

namespace reentry {

// True if an entry of `list` matches the name.
[[nodiscard]] bool lists_algorithm(const std::vector<std::string>& list, std::string_view name);

// The names under which today's ssh client signs with this key, the preferred one first: `rsa-sha2-512` and
// `rsa-sha2-256` for RSA, of a certificate with its suffix.
[[nodiscard]] std::vector<std::string> client_algorithms(const PublicKey& key);

}  // namespace reentry
