// The remedy for an account that is over.
#pragma once

#include "checks/seen_case.hpp"

namespace reentry {

// The expiry date of the first login's account goes, as a choice: somebody set it.
void add_no_expiry(const SeenCase& it, Finding& finding);

}  // namespace reentry
