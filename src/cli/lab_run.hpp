// `reentry lab run SCENARIO`: a broken host, the login as its client sees it, and what `check` says of it.
#pragma once

#include "cli/options.hpp"

namespace reentry::cli {

// On a disk `check` looks at it from outside, in a living host it runs inside. Where the fault shows only
// after a reboot, the host is rebooted then and the login is tried again. Exit status: of `check`; 2, 3 as
// everywhere.
[[nodiscard]] int run_scenario(const LabOptions& options);

}  // namespace reentry::cli
