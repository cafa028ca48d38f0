// `reentry diagnose [USER@]HOST`: walks to the host as the person's own ssh would.
#pragma once

#include <string>
#include <vector>

#include "cli/options.hpp"

namespace reentry::cli {

// Exit status of the contract: 0 the way is open, 1 something refuses, 2 the command line is wrong, 3 it
// can't be told.
[[nodiscard]] int run_diagnose(const DiagnoseOptions& options);

}  // namespace reentry::cli
