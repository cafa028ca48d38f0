// Words and remedies that the causes about SELinux labels share.
#pragma once

#include "checks/seen_case.hpp"
#include "diagnosis/finding.hpp"

namespace reentry {

// One node whose label the policy refuses, or would refuse were it enforced.
void tell_label(const SeenCase& it, Finding& finding);

}  // namespace reentry
