// Which of a host's logins an administrator could use, and which were closed on purpose.
#pragma once

#include <string>
#include <vector>

#include "facts/facts.hpp"
#include "login/trace.hpp"

namespace reentry {

// root (every uid 0) and the members of sudo, wheel and admin, in the order of /etc/passwd. Rights that only
// sudoers(5) gives are not known.
[[nodiscard]] std::vector<std::string> administrators(const Facts& facts);

// A login of root that nobody asked about and that its administrator closed: by PermitRootLogin or a list, or
// by giving root neither key nor password. Not a fault of the host.
[[nodiscard]] bool is_closed_on_purpose(const Facts& facts, const LoginTrace& trace);

// True when none of the administrators' logins is accepted or unknown, and none of `traces` either: whoever
// gets in could be an administrator by sudoers(5). Replays what `traces` does not hold.
[[nodiscard]] bool no_way_in_left(const Facts& facts, const std::vector<LoginTrace>& traces, When when);

}  // namespace reentry
