// The first thing that a connection meets in an sshd built with libwrap.
#pragma once

#include "login/gates.hpp"

namespace reentry {

// banner/hosts-access: hosts.allow and hosts.deny (sshd.c:main, hosts_access(3)); skipped for builds without
// libwrap.
[[nodiscard]] Gate wrapper_gate(const GateInput& input);

}  // namespace reentry
