// Every lab scenario against `check`: the cause that the scenario names must be found first, the ones behind
// it must be found too, and a harmless state must give no blocker.
#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <string>
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
#include "scenarios/selection.hpp"
#include "support/lab_login.hpp"

namespace reentry {
namespace {

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

}  // namespace
}  // namespace reentry

int main(int argc, char** argv) {
  return reentry::run_scenarios(
      "scenarios", {argv + 1, argv + argc}, [](const reentry::lab::Scenario&) { return true; },
      reentry::judge);
}
