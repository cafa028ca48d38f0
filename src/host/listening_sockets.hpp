// Who listens on this machine: the kernel's own answer.
#pragma once

#include <vector>

#include "base/known.hpp"
#include "facts/running.hpp"

namespace reentry {

// Every TCP socket in state LISTEN of our network namespace (sock_diag(7), inet_diag), ordered by port and
// address, with the processes that hold it as far as we may see them (proc(5), /proc/PID/fd). Missing:
// unreadable where the kernel does not answer.
[[nodiscard]] Known<std::vector<ListeningSocket>> listening_sockets();

}  // namespace reentry
