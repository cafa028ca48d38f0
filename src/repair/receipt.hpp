// What a transaction did, and what can be taken back. Values for the renderers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/host_path.hpp"
#include "base/text.hpp"
#include "repair/plan.hpp"

namespace reentry {

// What the target's own sshd says of its configuration (`sshd -t`).
struct SecondOpinion {
  enum class Verdict {
    none,  // it was not asked, or what it said is no verdict: see `why_none`
    accepts,
    refuses,
  };
  Verdict verdict = Verdict::none;
  bool planned = false;           // it was shown what a plan would leave, not what is there
  std::optional<bool> we_expect;  // what reentry expects of it; nothing where it can't tell either
  std::string command;            // `/usr/sbin/sshd -t`
  std::vector<std::string> said;  // its lines, raw bytes
  Exhibit at;                     // the file and line that it names, if it does
  Text why_none;                  // one clause

  // Its answer is not what we expect.
  [[nodiscard]] bool contradicts() const {
    return verdict != Verdict::none && we_expect && *we_expect != (verdict == Verdict::accepts);
  }
};

// What was done on this machine so that sshd goes by what is on the disk now.
struct ServiceChange {
  enum class Done {
    nothing,  // not this machine, or nothing that sshd reads at its start was touched
    reloaded,
    started,
    on_demand,  // the next connection starts it
    left,       // it could or must not be done: `why`, and `by_hand` is what a person would run
  };
  Done done = Done::nothing;
  Text why;
  std::string ran;  // the command, or `kill -HUP 123`
  std::string by_hand;
  std::string back;  // what takes it back, beside the undo of the transaction
};

// What `fix --apply` did.
struct Receipt {
  std::string id;                 // of the transaction; empty when there was nothing to do
  std::vector<PlanItem> applied;  // `steps` index `steps` below
  std::vector<Step> steps;        // as carried out
  std::vector<LeftItem> left;     // the plan's, and those that the target refused
  std::vector<Text> notes;        // a transaction that was found unfinished, a label that was inherited, …
  std::optional<SecondOpinion> opinion;  // of what is there now
  ServiceChange service;
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
  Text summary;      // what will be, or was, put back
  std::string diff;  // of an edit
  UndoResult result = UndoResult::planned;
  Text reason;  // what someone changed, or why it failed
};

// The way back of one transaction, last step first.
struct UndoPlan {
  std::string id;
  std::int64_t made = 0;
  std::vector<std::string> causes;  // ids of what the transaction had mended
  std::vector<UndoStep> steps;
  std::vector<Text> notes;
  std::optional<SecondOpinion> opinion;  // of what is there now
  ServiceChange service;
  [[nodiscard]] bool blocked() const;  // some step's file was changed since
};

}  // namespace reentry
