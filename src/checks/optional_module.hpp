// The remedy for a PAM module that refuses because it can't do its own work, not because of the user.
#pragma once

#include "checks/seen_case.hpp"
#include "diagnosis/finding.hpp"

namespace reentry {

// Writes `optional` where the line of the details `needed_file` and `needed_line` has `required` or
// `requisite`: a choice. Nothing where it has another control.
void add_optional_module(const SeenCase& it, Finding& finding);

}  // namespace reentry
