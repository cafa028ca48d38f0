// Every lab scenario against `check`: the cause that the scenario names must be found first, the ones behind
// it must be found too, and a harmless state must give no blocker. A living host is asked by the program that
// runs in it.
#include <fmt/format.h>

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
#include "scenarios/answer.hpp"
#include "scenarios/living.hpp"
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

Result<CheckAnswer> answer_inside(const lab::Scenario& scenario, lab::LabHost& host) {
  TRY_VOID(take_along(host, REENTRY_PROGRAM));
  TRY(const lab::Ran ran, ask_inside(host, scenario, {"check", "--json"}));
  auto answer = answer_of_report(ran.out);
  if (!answer)
    return fail(ErrorKind::internal, scenario.id, fmt::format("status {}: {}", ran.status, ran.err));
  return answer;
}

// Empty when what was found is what the scenario says.
Result<std::string> judge(const lab::Scenario& scenario) {
  TRY(const lab::BaseTree base, lab::base_tree(scenario.suite));
  TRY(lab::LabHost host, lab::broken_host(base, scenario));
  CheckAnswer answer;
  if (scenario.bed == lab::Bed::disk) {
    TRY(const Diagnosis diagnosis, diagnosis_of(scenario, base, host));
    answer = answer_of(diagnosis);
  } else {
    TRY(answer, answer_inside(scenario, host));
  }
  const std::string why = disagreement(scenario, answer);
  return why.empty() ? why : why + answer.details;
}

}  // namespace
}  // namespace reentry

int main(int argc, char** argv) {
  return reentry::run_scenarios(
      "scenarios", {argv + 1, argv + argc}, [](const reentry::lab::Scenario&) { return true; },
      reentry::judge);
}
