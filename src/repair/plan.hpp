// What a repair would do, in the order in which it would do it, and what it leaves to a person. Made from a
// diagnosis alone: nothing is read and nothing is changed.
#pragma once

#include <cstddef>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

#include "base/text.hpp"
#include "diagnosis/diagnosis.hpp"
#include "diagnosis/finding.hpp"

namespace reentry {

// How far a repair may go.
struct PlanChoice {
  Risk up_to = Risk::safe;  // safe or choice
  std::vector<Cause> only;  // empty: every cause
};

// One remedy that will be carried out.
struct PlanItem {
  Cause cause{};
  std::string remedy;  // Remedy::id
  Risk risk = Risk::safe;
  Severity severity = Severity::blocker;
  Exhibit locus;
  Text what;                       // Remedy::text
  Text why;                        // the finding's explanation
  std::vector<Step> own;           // Remedy::steps
  std::vector<std::size_t> steps;  // indices into Plan::steps; several items may share one
};

enum class LeftWhy {
  needs_choice,  // its remedy changes a decision: --risk choice
  manual,        // only a person can
  not_selected,  // --only names others
  overlaps,      // it changes the same lines as an earlier one: the next run mends it
  refused,       // the target stands in the way: immutable, hard links, changed since
};

// One finding that stays as it is.
struct LeftItem {
  Cause cause{};
  Severity severity = Severity::blocker;
  LeftWhy why = LeftWhy::manual;
  Text what;                          // the remedy's words, or the finding's title
  Text reason;                        // one sentence
  std::vector<std::string> commands;  // what a person would run
};

struct Plan {
  std::vector<PlanItem> items;
  std::vector<Step> steps;
  std::vector<LeftItem> left;
  [[nodiscard]] bool empty() const { return items.empty(); }
};

// For each finding, in its order, the first automatic remedy whose risk is allowed. Notices are mended only
// when `only` names them. Several edits of one file become one; an edit that changes the same lines as an
// earlier one is left. A remedy is taken whole or left whole.
[[nodiscard]] Plan make_plan(const Diagnosis& diagnosis, const PlanChoice& choice);

// The items again as one sequence of steps: edits of one file are merged, what two ask for alike is done
// once. Items that contradict an earlier one are added to `left`.
[[nodiscard]] Plan compose(std::vector<PlanItem> items, std::vector<LeftItem> left);

// The path that a step changes (RenameFile: the old name).
[[nodiscard]] inline const HostPath& path_of(const Step& step) {
  return std::visit(
      [](const auto& one) -> const HostPath& {
        if constexpr (std::is_same_v<std::decay_t<decltype(one)>, RenameFile>) {
          return one.from;
        } else {
          return one.path;
        }
      },
      step);
}

}  // namespace reentry
