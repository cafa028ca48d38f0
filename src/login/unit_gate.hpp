// service/unit: whether anything would start sshd, and whether systemd would let it.
#pragma once

#include "facts/facts.hpp"
#include "login/trace.hpp"

namespace reentry {

// Refuses for Debian's /etc/ssh/sshd_not_to_be_run, a masked unit, and, at the next start, a unit that
// nothing starts at boot (systemd.unit(5)). Unknown where a file of the administrator may start it.
[[nodiscard]] Gate unit_gate(const Facts& facts, When when);

}  // namespace reentry
