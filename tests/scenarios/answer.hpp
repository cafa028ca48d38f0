// What `check` said of a scenario's host, and whether that is what the scenario says.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "diagnosis/diagnosis.hpp"
#include "lab/scenario.hpp"

namespace reentry {

struct CheckAnswer {
  bool unknown = false;
  std::vector<std::string> blockers;  // causes, in the order in which they are reported
  std::vector<std::string> found;     // causes of every severity
  std::string details;                // what kept each login from being accepted; for a person to read
};

[[nodiscard]] CheckAnswer answer_of(const Diagnosis& diagnosis);

// Of a `reentry.report/1`. Fails where it is none.
[[nodiscard]] Result<CheckAnswer> answer_of_report(std::string_view json);

// Empty when what was found is what the scenario says.
[[nodiscard]] std::string disagreement(const lab::Scenario& scenario, const CheckAnswer& answer);

}  // namespace reentry
