// The written list of every check: one a cause, in the order of login/causes.def.
#pragma once

#include <span>

#include "diagnosis/check.hpp"

namespace reentry {

[[nodiscard]] std::span<const Check* const> catalogue();

// The check of a cause, or nullptr when it has none.
[[nodiscard]] const Check* check_of(Cause cause);

}  // namespace reentry
