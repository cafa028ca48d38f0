// Words and exhibits that the walk's gates share.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "facts/walk.hpp"
#include "login/trace.hpp"

namespace reentry {

// `HOST:PORT`, `[ADDRESS]:PORT`.
[[nodiscard]] std::string endpoint(const std::string& address, int port);
// Whom the client wants to be; empty where ssh did not say.
[[nodiscard]] std::string walk_user(const WalkFacts& facts);
// What was seen of a login, as `USER@HOST`.
[[nodiscard]] Exhibit walk_exhibit(const WalkFacts& facts, std::string text);
// An obstacle that a client can't tell from others.
[[nodiscard]] Obstacle candidate(Cause cause, Exhibit at);
// One for each cause, the likeliest first.
void add_candidates(Gate& gate, const Exhibit& at, std::initializer_list<Cause> causes);
[[nodiscard]] bool says_any(std::string_view text, std::initializer_list<std::string_view> parts);
// The account that a cloud image's forced command names: `Please login as the user "ubuntu" rather than the
// user "root".` (cloud-init, disable_root_opts). Empty where nothing of the kind is said.
[[nodiscard]] std::string named_account(std::string_view said);

}  // namespace reentry
