// What nearly every check does: one finding for each obstacle that a login met.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/text.hpp"
#include "diagnosis/check.hpp"

namespace reentry {

// One obstacle with the words and facts that a check's sentences need.
class SeenCase {
 public:
  SeenCase(const CheckInput& check_input, const SeenObstacle& seen_obstacle)
      : input(check_input), seen(seen_obstacle), at(seen_obstacle.obstacle->at) {}

  const CheckInput& input;
  const SeenObstacle& seen;
  const Exhibit& at;

  // A detail as the gate gave it, for comparisons and edits; empty when it gave none.
  [[nodiscard]] std::string_view raw(std::string_view name) const { return seen.obstacle->detail(name); }
  // The same, safe to show.
  [[nodiscard]] std::string detail(std::string_view name) const;
  // The same, or `otherwise` when the gate gave none.
  [[nodiscard]] std::string detail(std::string_view name, std::string_view otherwise) const;
  [[nodiscard]] bool has(std::string_view name) const { return !raw(name).empty(); }
  // Whose login is kept out: the first of them, safe to show.
  [[nodiscard]] std::string user() const;
  // All of them for a sentence: `alice`, `alice and bob`, `alice, bob, carol and 9997 more`.
  [[nodiscard]] Text users() const;
  // The account of the first login, or nullptr.
  [[nodiscard]] const PasswdEntry* account() const;
  // Where the obstacle stands: `path:line`, safe to show.
  [[nodiscard]] std::string where() const;
  // The path that must change: the detail `path`, else the locus.
  [[nodiscard]] std::string path() const;
};

// A finding of `check` for each obstacle seen, with title, severity, certainty, locus, evidence and users
// filled in; `tell` adds the explanation and the remedies. What refuses a login is a blocker; what a gate
// only notes has the check's own severity, a notice at most where that is blocker. Fine when there is
// neither.
using TellFinding = void (*)(const SeenCase& seen_case, Finding& finding);
[[nodiscard]] Verdict each_seen(const CheckInput& input, const Check& check, TellFinding tell);

}  // namespace reentry
