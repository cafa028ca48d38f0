// What a transaction did, and what can be taken back. Values for the renderers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/host_path.hpp"
#include "base/text.hpp"
#include "repair/plan.hpp"

namespace reentry {

// What `fix --apply` did.
struct Receipt {
  std::string id;                 // of the transaction; empty when there was nothing to do
  std::vector<PlanItem> applied;  // `steps` index `steps` below
  std::vector<Step> steps;        // as carried out
  std::vector<LeftItem> left;     // the plan's, and those that the target refused
  std::vector<Text> notes;        // a transaction that was found unfinished, a label that was inherited, …
};

enum class TransactionState {
  planned,        // written, nothing changed yet
  applying,       // cut short: the next run undoes it
  finished,       // applied; can be undone
  undoing,        // the way back was cut short: the next run ends it
  partly_undone,  // some steps were left because someone changed the file since
  undone,
  damaged,  // its journal can't be read
};

// One line of `undo --list`.
struct TransactionEntry {
  std::string id;
  std::int64_t made = 0;  // seconds since 1970 UTC
  TransactionState state = TransactionState::damaged;
  std::vector<std::string> causes;  // ids
  std::vector<std::string> steps;   // summaries
  std::string problem;              // when damaged
};

enum class UndoResult { planned, restored, already, changed_since, failed };

struct UndoStep {
  std::size_t number = 0;  // of the step in its transaction
  HostPath path;
  std::string summary;  // what will be, or was, put back
  std::string diff;     // of an edit
  UndoResult result = UndoResult::planned;
  Text reason;  // what someone changed, or why it failed
};

// The way back of one transaction, last step first.
struct UndoPlan {
  std::string id;
  std::int64_t made = 0;
  std::vector<UndoStep> steps;
  std::vector<Text> notes;
  [[nodiscard]] bool blocked() const;  // some step's file was changed since
};

}  // namespace reentry
