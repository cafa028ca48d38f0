// `reentry fix`: the repairs as a plan, carried out on request.
#pragma once

#include "cli/options.hpp"

namespace reentry::cli {

// Shows what would mend the target; with --apply carries it out as one transaction, after a question on a
// terminal unless --yes, and checks again. Exit status: 0 nothing refuses the logins asked about; 1 something
// does, or something was left; 2 an unknown cause, --apply of saved facts, or no terminal to ask on; 3 the
// target can't be read; 4 a change failed and was taken back.
[[nodiscard]] int run_fix(const FixOptions& options);

}  // namespace reentry::cli
