// Every lab scenario against `check`: the cause that the scenario names must be found first, the ones behind
// it must be found too, and a harmless state must give no blocker. See --help.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <string_view>
#include <vector>

#include "checks/catalogue.hpp"
#include "collect/collect.hpp"
#include "diagnosis/diagnosis.hpp"
#include "host/file_tree.hpp"
#include "lab/base_tree.hpp"
#include "lab/host.hpp"
#include "lab/prove.hpp"
#include "lab/scenario.hpp"
#include "login/replay.hpp"
#include "support/forked.hpp"
#include "support/lab_login.hpp"

namespace reentry {
namespace {

constexpr unsigned kJobs = 2;

struct Tally {
  int passed = 0, failed = 0;
};

Result<Diagnosis> diagnosis_of(const lab::Scenario& scenario, const lab::BaseTree& base, lab::LabHost& host) {
  TRY(const auto tree, open_disk_tree(host.root()));
  TargetFacts target;
  target.name = scenario.id;
  std::vector<LoginQuestion> questions;
  // A jump through the host asks for no session: it is judged as one of the host's own logins.
  if (scenario.login.want != lab::Want::forward) {
    TRY(LoginQuestion question, testing_support::question_of(scenario.login, base, host));
    questions.push_back(std::move(question));
  }
  std::vector<std::string> users;
  for (const LoginQuestion& question : questions) users.push_back(question.user);
  TRY(const Facts facts, collect(*tree, target, std::time(nullptr), users));
  if (questions.empty()) questions = host_logins(facts);
  return diagnose(facts, questions, catalogue());
}

// Empty when what was found is what the scenario says.
std::string disagreement(const lab::Scenario& scenario, const Diagnosis& diagnosis) {
  std::vector<Cause> blockers;
  for (const Finding& finding : diagnosis.findings) {
    if (finding.severity == Severity::blocker) blockers.push_back(finding.cause);
  }
  if (!scenario.refused) {
    if (!blockers.empty())
      return fmt::format("harmless, but {} is called a blocker", id_of(blockers.front()));
    const bool may_be_unknown = scenario.told == lab::Told::unknown;
    if (diagnosis.verdict == Standing::unknown && !may_be_unknown)
      return "harmless, but the verdict is unknown";
    return {};
  }
  if (scenario.told == lab::Told::unknown) {
    return diagnosis.verdict == Standing::unknown ? ""
                                                  : "the disk does not tell, but the verdict is not unknown";
  }
  if (scenario.told == lab::Told::beside) {
    const bool found = std::any_of(diagnosis.findings.begin(), diagnosis.findings.end(),
                                   [&](const Finding& one) { return one.cause == scenario.causes.front(); });
    return found ? std::string() : fmt::format("{} was not found", id_of(scenario.causes.front()));
  }
  if (blockers.empty()) return fmt::format("no blocker; {} expected", id_of(scenario.causes.front()));
  if (blockers.front() != scenario.causes.front()) {
    return fmt::format("first is {}; {} expected", id_of(blockers.front()), id_of(scenario.causes.front()));
  }
  for (const Cause cause : scenario.causes) {
    if (std::find(blockers.begin(), blockers.end(), cause) == blockers.end()) {
      return fmt::format("{} was not found behind the first", id_of(cause));
    }
  }
  return {};
}

Result<std::string> judge(const lab::Scenario& scenario) {
  TRY(const lab::BaseTree base, lab::base_tree(scenario.suite));
  TRY(lab::LabHost host, lab::broken_host(base, scenario));
  TRY(const Diagnosis diagnosis, diagnosis_of(scenario, base, host));
  std::string why = disagreement(scenario, diagnosis);
  if (why.empty()) return why;
  for (const LoginTrace& trace : diagnosis.logins) {
    if (trace.outcome == Outcome::accepted) continue;
    for (const Gate& gate : trace.gates) {
      if (gate.result == GateResult::pass || gate.result == GateResult::skipped) continue;
      why += fmt::format("\n    {} {} {}: {}", trace.question.user, gate.id, name_of(gate.result),
                         gate.detail.en);
    }
  }
  for (const Missing& missing : diagnosis.unseen) {
    why += fmt::format("\n    ? {} {}", missing.where, missing.detail);
  }
  return why;
}

Tally work(const std::vector<lab::Scenario>& scenarios, std::size_t number) {
  Tally tally;
  for (std::size_t i = number; i < scenarios.size(); i += kJobs) {
    const auto answer = judge(scenarios[i]);
    const bool good = answer && answer->empty();
    ++(good ? tally.passed : tally.failed);
    if (!good) {
      fmt::print(stdout, "FAIL {}: {}\n", scenarios[i].id,
                 answer ? *answer : answer.error().what + ": " + answer.error().why);
    }
  }
  return tally;
}

int run(const std::vector<std::string>& wanted) {
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
    if (wanted.empty() || std::find(wanted.begin(), wanted.end(), scenario.id) != wanted.end()) {
      scenarios.push_back(std::move(scenario));
    }
  }
  Tally sum;
  for (const Tally& one :
       testing_support::run_forked<Tally>(kJobs, [&](unsigned number) { return work(scenarios, number); })) {
    sum.passed += one.passed;
    sum.failed += one.failed;
  }
  fmt::print(stdout, "scenarios: {} passed, {} failed\n", sum.passed, sum.failed);
  return sum.failed == 0 && static_cast<std::size_t>(sum.passed) == scenarios.size() ? 0 : 1;
}

}  // namespace
}  // namespace reentry

int main(int argc, char** argv) {
  return reentry::run({argv + 1, argv + argc});
}
