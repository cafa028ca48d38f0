// The way back of one step.
#pragma once

#include <optional>

#include "base/result.hpp"
#include "facts/owner_names.hpp"
#include "repair/journal.hpp"
#include "repair/manifest.hpp"
#include "repair/receipt.hpp"

namespace reentry {

// How sure we are that the state of a step's path is our own doing.
enum class Reading {
  exact,       // the step was done: the path must be as it left it
  mid_change,  // the step or its undo was cut short: mode, owner and attributes may be half changed
  forced,      // whatever it is now, by the user's word
};

struct Assessment {
  UndoResult result = UndoResult::planned;  // planned, already or changed_since
  Text reason;
};

// Whether `step` can be taken back from what is there now: `now` at its path, `now_to` at a rename's new
// name. Pure.
[[nodiscard]] Assessment assess(const KeptStep& step, const StepProgress& progress, const NodeImage& now,
                                const NodeImage& now_to, Reading reading);

// Puts back what assess() called planned.
[[nodiscard]] Result<void> put_back(const Journal& journal, const std::string& id, std::size_t number,
                                    const KeptStep& step, Reading reading);

// Whether the directory that `step` made holds what is not ours: then it stays. `gone` are paths that will
// have been removed by then.
[[nodiscard]] Result<bool> occupied(const HostWriter& writer, const KeptStep& step,
                                    const std::vector<HostPath>& gone);

// What its undo does.
[[nodiscard]] Text undo_summary(const KeptStep& step, const StepProgress& progress,
                                const OwnerNames& names = {});

}  // namespace reentry
