// Transactions for programs: objects of their own beside the report of a check.
#pragma once

#include <string>
#include <vector>

#include "repair/receipt.hpp"

namespace reentry {

// `{"schema": "reentry.transactions/1", "reentry": …, "command": "undo", "transactions": [{"id", "made",
// "state", "causes", "changes", "problem"?}]}`, newest first, and a newline. `state` is planned, unfinished,
// applied, undo-unfinished, partly-undone, undone or damaged.
[[nodiscard]] std::string render_transactions_json(const std::vector<TransactionEntry>& entries);

// The same envelope with `"transaction": {"id", "applied": […], "left": […], "undo": ""}`: what was put back
// and what was changed since and stays, and `"steps"` with each result in full.
[[nodiscard]] std::string render_undo_json(const UndoPlan& plan);

}  // namespace reentry
