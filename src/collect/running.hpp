// What a target that runs says of its sshd: systemd, the sockets, a new connection.
#pragma once

#include "facts/facts.hpp"
#include "host/file_tree.hpp"
#include "host/running_system.hpp"

namespace reentry {

// Fills facts.running; its `collected` stays false where the target does not run. Needs the configuration,
// the unit and the service in `facts`.
void collect_running(FileTree& tree, RunningSystem& system, Facts& facts);

}  // namespace reentry
