// Every mendable lab scenario for real: `reentry fix --apply` at the scenario's risk, `reentry undo` gives
// the broken tree back bit for bit, and after a second `fix --apply` the real login works. Usage: fix_check
// REENTRY [SCENARIO...]
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "lab/base_tree.hpp"
#include "lab/host.hpp"
#include "lab/prove.hpp"
#include "lab/scenario.hpp"
#include "mending/mender.hpp"
#include "scenarios/snapshot.hpp"
#include "support/forked.hpp"
#include "support/lab_login.hpp"

namespace reentry {
namespace {

constexpr unsigned kJobs = 2;

struct Tally {
  int passed = 0, failed = 0;
};

std::vector<std::string> fix_arguments(const lab::Scenario& scenario, const lab::BaseTree& base,
                                       const lab::LabHost& host) {
  std::vector<std::string> out{"fix", "--root", host.root(), "--apply", "--yes"};
  const auto question = testing_support::question_options(scenario.login, base, host);
  out.insert(out.end(), question.begin(), question.end());
  if (scenario.fix == lab::FixReach::choice) out.insert(out.end(), {"--risk", "choice"});
  return out;
}

// Empty when all went as the scenario says.
Result<std::string> judge(const std::string& program, const lab::Scenario& scenario) {
  TRY(const lab::BaseTree base, lab::base_tree(scenario.suite));
  TRY(lab::LabHost host, lab::broken_host(base, scenario));
  host.stop_sshd();
  const Snapshot broken = snapshot_of(host.root());
  TRY(const lab::Ran fixed, mending::run_verb(program, fix_arguments(scenario, base, host)));
  if (differences(broken, snapshot_of(host.root())).empty()) {
    return fmt::format("fix changed nothing (status {})\n{}{}", fixed.status, fixed.out, fixed.err);
  }
  TRY(const lab::Ran undone, mending::undo(program, host.root()));
  const std::vector<std::string> left = differences(broken, snapshot_of(host.root()));
  if (!left.empty()) {
    return fmt::format("undo (status {}) left differences:\n    {}\n{}", undone.status,
                       fmt::join(left, "\n    "), undone.err);
  }
  TRY(const lab::Ran again, mending::run_verb(program, fix_arguments(scenario, base, host)));
  TRY(const lab::ServiceState service, host.start_sshd());
  TRY(const lab::LoginAnswer answer, host.login(scenario.after));
  if (!answer.accepted) {
    return fmt::format("the login still fails: {} {}\n{}{}\n{}", service.said, answer.said, again.out,
                       again.err, host.server_log());
  }
  return std::string();
}

Tally work(const std::string& program, const std::vector<lab::Scenario>& scenarios, std::size_t number) {
  Tally tally;
  for (std::size_t i = number; i < scenarios.size(); i += kJobs) {
    const auto answer = judge(program, scenarios[i]);
    const bool good = answer && answer->empty();
    ++(good ? tally.passed : tally.failed);
    if (!good) {
      fmt::print(stdout, "FAIL {}: {}\n", scenarios[i].id,
                 answer ? *answer : answer.error().what + ": " + answer.error().why);
    }
  }
  return tally;
}

int run(const std::string& program, const std::vector<std::string>& wanted) {
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
    const bool mendable = scenario.fix == lab::FixReach::safe || scenario.fix == lab::FixReach::choice;
    const bool chosen =
        wanted.empty() || std::find(wanted.begin(), wanted.end(), scenario.id) != wanted.end();
    if (mendable && chosen) scenarios.push_back(std::move(scenario));
  }
  Tally sum;
  for (const Tally& one : testing_support::run_forked<Tally>(
           kJobs, [&](unsigned number) { return work(program, scenarios, number); })) {
    sum.passed += one.passed;
    sum.failed += one.failed;
  }
  fmt::print(stdout, "fix and undo: {} passed, {} failed\n", sum.passed, sum.failed);
  return sum.failed == 0 && static_cast<std::size_t>(sum.passed) == scenarios.size() ? 0 : 1;
}

}  // namespace
}  // namespace reentry

int main(int argc, char** argv) {
  if (argc < 2) {
    std::puts("usage: fix_check REENTRY [SCENARIO...]");
    return 2;
  }
  return reentry::run(argv[1], {argv + 2, argv + argc});
}
