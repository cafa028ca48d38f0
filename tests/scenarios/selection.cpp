#include "scenarios/selection.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdio>

#include "lab/crew.hpp"

namespace reentry {
namespace {

// A host waits for its network and its client about as long as it works.
constexpr unsigned kJobs = 4;

}  // namespace

int run_scenarios(std::string_view label, const std::vector<std::string>& wanted,
                  const std::function<bool(const lab::Scenario&)>& takes_part, const ScenarioJudge& judge) {
  if (::geteuid() != 0) {
    std::puts("SKIPPED: real hosts need root");
    return 77;
  }
  auto all = lab::all_scenarios();
  if (!all) {
    fmt::print(stdout, "{}: {}\n", all.error().what, all.error().why);
    return 1;
  }
  std::vector<lab::Scenario> scenarios;
  for (lab::Scenario& scenario : *all) {
    const bool named = wanted.empty() || std::find(wanted.begin(), wanted.end(), scenario.id) != wanted.end();
    if (named && takes_part(scenario)) scenarios.push_back(std::move(scenario));
  }
  std::size_t passed = 0;
  const std::size_t judged = lab::share_out(
      scenarios.size(), kJobs,
      [&](std::size_t i) {
        const auto answer = judge(scenarios[i]);
        return answer ? *answer : answer.error().what + ": " + answer.error().why;
      },
      [&](std::size_t i, const std::string& why_not) {
        if (why_not.empty()) ++passed;
        if (!why_not.empty()) fmt::print(stdout, "FAIL {}: {}\n", scenarios[i].id, why_not);
        std::fflush(stdout);
      });
  if (judged < scenarios.size()) {
    fmt::print(stdout, "FAIL {} scenarios have no answer: the process that judged them died\n",
               scenarios.size() - judged);
  }
  fmt::print(stdout, "{}: {} passed, {} failed\n", label, passed, scenarios.size() - passed);
  return passed == scenarios.size() && passed > 0 ? 0 : 1;
}

}  // namespace reentry
