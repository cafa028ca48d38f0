// AllowUsers, DenyUsers, AllowGroups, DenyGroups (auth.c:allowed_user, match.c:match_user, groupaccess.c).
#pragma once

#include "login/gates.hpp"

namespace reentry {

// auth/allow-deny: all four lists are judged, in sshd's order, so that the second list that refuses is seen
// too.
[[nodiscard]] Gate allow_lists_gate(const GateInput& input, const PasswdEntry& user);

}  // namespace reentry
