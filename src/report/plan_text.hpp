// What a fix or an undo would do and did, for a person: what, why, and how to take it back.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "repair/plan.hpp"
#include "repair/receipt.hpp"
#include "report/terminal.hpp"

namespace reentry {

// The plan before anything is done. `obstacle`: why nothing at all can be changed there now. `notes`: what
// was found or done on the way. `apply_command`: what carries this very plan
// out.
[[nodiscard]] std::string render_plan(const Plan& plan, const std::optional<Text>& obstacle,
                                      const std::vector<Text>& notes, const std::string& apply_command,
                                      const TerminalOptions& options);

// What was done, what was left, and what a second look says: `after` is the diagnosis made since.
[[nodiscard]] std::string render_receipt(const Receipt& receipt, const Diagnosis& after,
                                         const TerminalOptions& options);

// The way back, before (`done` false) or after it was taken.
[[nodiscard]] std::string render_undo(const UndoPlan& plan, bool done, const TerminalOptions& options);

// `undo --list`, newest first.
[[nodiscard]] std::string render_transactions(const std::vector<TransactionEntry>& entries,
                                              const TerminalOptions& options);

// The command that takes a transaction back: `reentry undo --root /mnt/recovery 000001-…`.
[[nodiscard]] std::string undo_command(const std::string& id, const TerminalOptions& options);

}  // namespace reentry
