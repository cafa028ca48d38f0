// By which clock something has ended.
#pragma once

#include "checks/seen_case.hpp"
#include "diagnosis/finding.hpp"

namespace reentry {

// Of a disk: that the host's own clock will decide, and what the one that was asked says. Of a target that
// runs nothing: it is the same clock.
void add_whose_clock(const SeenCase& it, Finding& finding);

}  // namespace reentry
