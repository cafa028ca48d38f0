// SELinux labels for what a plan makes anew: the machine that carries it out may have no SELinux to do so.
#pragma once

#include <string>

#include "facts/facts.hpp"
#include "repair/plan.hpp"

namespace reentry::cli {

// The plan with a label in each step that makes a file or a directory, where the target of `root` (a
// directory of this machine) has labels.
[[nodiscard]] Plan with_labels(Plan plan, const Facts& facts, const std::string& root);

}  // namespace reentry::cli
