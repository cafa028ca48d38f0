// Whether sshd listens where a login arrives (sshd.c:listen_on_addrs; servconf.c:add_listen_addr).
#pragma once

#include "login/gates.hpp"

namespace reentry {

// service/listen. Whether an address is on one of the host's interfaces is not known from its files: such an
// address is taken to be there. A port other than 22 refuses nobody: who logs in there knows it.
[[nodiscard]] Gate listen_gate(const GateInput& input);

}  // namespace reentry
