// Key exchange, host key, cipher and MAC: what client and server must have in common before anybody is asked
// who he is (kex.c:kex_choose_conf).
#pragma once

#include "login/gates.hpp"

namespace reentry {

// kex/algorithms, for clients of OpenSSH as they come: those of 9.9 and of the newest release. It refuses
// what neither of them would get through.
[[nodiscard]] Gate kex_gate(const GateInput& input);

}  // namespace reentry
