// Whether a login's packets get through the host's packet filter.
#pragma once

#include <memory>
#include <vector>

#include "login/gates.hpp"
#include "login/packet_filter.hpp"

namespace reentry {

// network/firewall. Refuses where no port that sshd serves (or the one that is dialled) can be reached from
// the login's address; where none is named, where no address at all gets through. Unknown where the rules
// could not be read, or where what decides is not modelled. A rate limit, and rules that let some addresses
// in and others not, are noted.
[[nodiscard]] Gate firewall_gate(const GateInput& input, const PacketFilter* filter);

// The rules that hold when the login comes.
[[nodiscard]] const Known<PacketRules>& firewall_rules(const Facts& facts, When when);

}  // namespace reentry
