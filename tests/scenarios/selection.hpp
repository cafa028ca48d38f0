// What the harnesses over the lab's scenarios share: which of them run, on how many hosts at a time, and the
// tally.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "lab/scenario.hpp"

namespace reentry {

// Judges one scenario: empty when all is as it says, else what is not.
using ScenarioJudge = std::function<Result<std::string>(const lab::Scenario&)>;

// Judges those scenarios for which `takes_part` holds, and that `wanted` names unless it is empty. Prints
// each that fails and `LABEL: N passed, N failed`. Gives the exit status: 0 when every one passed and there
// was at least one, 77 where we are not root, else 1.
[[nodiscard]] int run_scenarios(std::string_view label, const std::vector<std::string>& wanted,
                                const std::function<bool(const lab::Scenario&)>& takes_part,
                                const ScenarioJudge& judge);

}  // namespace reentry
