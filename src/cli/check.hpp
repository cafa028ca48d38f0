// The verb `check`.
#pragma once

#include "cli/options.hpp"

namespace reentry::cli {

// Reads, judges, reports. Exit status of the contract.
[[nodiscard]] int run_check(const CheckOptions& options);

}  // namespace reentry::cli
