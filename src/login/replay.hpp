// One login from the first packet to the shell, over facts alone.
#pragma once

#include <vector>

#include "facts/facts.hpp"
#include "login/question.hpp"
#include "login/trace.hpp"

namespace reentry {

// What sshd of the target would decide, in its own order. Pure: the same facts give the same trace.
[[nodiscard]] std::vector<LoginTrace> replay(const Facts& facts, const std::vector<LoginQuestion>& questions,
                                             When when);
// At the moment that the target's kind knows: now, or of a mounted root the next start.
[[nodiscard]] std::vector<LoginTrace> replay(const Facts& facts, const std::vector<LoginQuestion>& questions);

// What the Match blocks of the configuration are held against for this login.
[[nodiscard]] MatchContext match_context(const Facts& facts, const LoginQuestion& question,
                                         const EffectiveConfig& startup);

// The logins that a host is there for: root, and every account with a usable shell and a credential (a
// password hash, or an authorized_keys file with at least one key line).
[[nodiscard]] std::vector<LoginQuestion> host_logins(const Facts& facts);

}  // namespace reentry
