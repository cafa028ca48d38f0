// Whether sshd listens where a login arrives (sshd.c:listen_on_addrs; servconf.c:add_listen_addr).
#pragma once

#include "login/gates.hpp"

namespace reentry {

// service/listen. Unknown where all that serves the login is an address of which no file tells that it is on
// one of the host's interfaces (DHCP, an address of a former life): without it sshd does not start. A port
// other than 22 refuses nobody: who logs in there knows it.
[[nodiscard]] Gate listen_gate(const GateInput& input);

}  // namespace reentry
