// `reentry undo`: what a transaction changed, put back.
#pragma once

#include "cli/options.hpp"

namespace reentry::cli {

// Shows the way back of a transaction (the last one where none is named) and takes it; on a terminal it asks
// first unless --yes or --apply. With --list lists the transactions. Exit status: 0 all is as it was; 1
// something was changed since and stays, or the user said no; 2 no such transaction; 3 the target can't be
// read; 4 a change failed.
[[nodiscard]] int run_undo(const UndoOptions& options);

}  // namespace reentry::cli
