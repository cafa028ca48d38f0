// Whether the host has an address at all by which a client could reach it.
#pragma once

#include "login/gates.hpp"
#include "login/trace.hpp"

namespace reentry {

// network/address: at the moment `now` of a target that runs. Refuses a login from another host where no
// interface has an address of its family, loopback and link-local ones aside; of any family where no address
// is named. A host without any interface of its own (a container without a network) passes. Unknown where the
// kernel's lists could not be read.
[[nodiscard]] Gate address_gate(const GateInput& input);

}  // namespace reentry
