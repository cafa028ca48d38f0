// What a fix or an undo would do and did, for a person: what, why, and how to take it back.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "repair/plan.hpp"
#include "repair/receipt.hpp"
#include "report/terminal.hpp"

namespace reentry {

// What stands around a plan.
struct PlanSetting {
  std::optional<Text> obstacle;          // why nothing at all can be changed there now
  std::vector<Text> notes;               // what was found or done on the way
  std::string apply_command;             // what carries this very plan out
  std::optional<SecondOpinion> opinion;  // of what the plan would leave
};

// The plan before anything is done.
[[nodiscard]] std::string render_plan(const Plan& plan, const PlanSetting& setting,
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
