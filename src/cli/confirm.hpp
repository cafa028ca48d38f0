// The one question that a change asks.
#pragma once

#include "base/text.hpp"

namespace reentry::cli {

// Whether a person can be asked: standard input is a terminal.
[[nodiscard]] bool can_ask();
// Asks on standard error; true only for `y`, `yes` or `はい`.
[[nodiscard]] bool confirm(const Text& question, Language language);

}  // namespace reentry::cli
