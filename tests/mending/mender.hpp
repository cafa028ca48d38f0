// Runs the program under test on a lab host, and reads of its report what it promises.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "lab/process.hpp"

namespace reentry::mending {

// `program` with these arguments, to its end.
[[nodiscard]] Result<lab::Ran> run_verb(const std::string& program,
                                        const std::vector<std::string>& arguments);

// What `fix --apply --json` reports: the logins asked about as they are after the repairs.
struct Promise {
  int status = 0;                       // of the program
  std::optional<std::string> outcome;   // of the first login; nothing: there is no report
  std::vector<std::string> in_the_way;  // for each gate that refuses its cause, for one that can't be judged
                                        // `unknown GATE`
  std::vector<std::string> applied;     // remedies
  std::vector<std::string> left;        // causes
  std::string transaction;              // its id; empty: nothing was changed
  std::string said;                     // stderr
  [[nodiscard]] bool accepted() const { return outcome == "accepted"; }
};

// `fix --root ROOT --apply --yes --json` with `options` added. Fails where the program can't be run.
[[nodiscard]] Result<Promise> fix(const std::string& program, const std::string& root,
                                  const std::vector<std::string>& options);

// `undo --root ROOT --yes`: the transaction that was applied last.
[[nodiscard]] Result<lab::Ran> undo(const std::string& program, const std::string& root);

}  // namespace reentry::mending
