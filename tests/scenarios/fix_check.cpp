// Every mendable lab scenario for real: `reentry fix --apply` at the scenario's risk, `reentry undo` gives
// the broken tree back bit for bit, and after a second `fix --apply` the real login works. On a living host
// the program runs inside it, the login works after the first `fix --apply` and before `undo`. Usage:
// fix_check REENTRY [SCENARIO...]
#include <fmt/format.h>

#include <cstdio>
#include <string>
#include <vector>

#include "lab/base_tree.hpp"
#include "lab/host.hpp"
#include "lab/prove.hpp"
#include "lab/scenario.hpp"
#include "mending/mender.hpp"
#include "scenarios/living.hpp"
#include "scenarios/selection.hpp"
#include "scenarios/snapshot.hpp"
#include "support/lab_login.hpp"

namespace reentry {
namespace {

std::vector<std::string> fix_arguments(const lab::Scenario& scenario, const lab::BaseTree& base,
                                       const lab::LabHost& host) {
  std::vector<std::string> out{"fix", "--root", host.root(), "--apply", "--yes"};
  const auto question = testing_support::question_options(scenario.login, base, host);
  out.insert(out.end(), question.begin(), question.end());
  if (scenario.fix == lab::FixReach::choice) out.insert(out.end(), {"--risk", "choice"});
  return out;
}

// Empty when all went as the scenario says.
Result<std::string> judge_disk(const std::string& program, const lab::Scenario& scenario) {
  TRY(const lab::BaseTree base, lab::base_tree(scenario.suite));
  TRY(lab::LabHost host, lab::broken_host(base, scenario));
  host.stop_sshd();
  const Layers layers{host.root(), host.changes(), base.root, {}};
  const Snapshot broken = snapshot_of(layers);
  TRY(const lab::Ran fixed, mending::run_verb(program, fix_arguments(scenario, base, host)));
  if (differences(layers, broken, snapshot_of(layers)).empty()) {
    return fmt::format("fix changed nothing (status {})\n{}{}", fixed.status, fixed.out, fixed.err);
  }
  TRY(const lab::Ran undone, mending::undo(program, host.root()));
  const std::vector<std::string> left = differences(layers, broken, snapshot_of(layers));
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

// The login of `after:`, on a host that is rebooted before where the scenario asks for it.
Result<std::string> login_after(lab::LabHost& host, const lab::Scenario& scenario) {
  if (scenario.when == lab::When::reboot) TRY_VOID(host.reboot());
  TRY(const lab::LoginAnswer answer, host.login(scenario.after));
  return answer.accepted ? std::string() : answer.said;
}

// The same inside a host that runs: what is mended works at once or after the reboot, and undone the disk is
// the same, but for what a running host writes by itself.
Result<std::string> judge_living(const std::string& program, const lab::Scenario& scenario) {
  TRY(const lab::BaseTree base, lab::base_tree(scenario.suite));
  TRY(lab::LabHost host, lab::broken_host(base, scenario));
  TRY_VOID(take_along(host, program));
  const Layers layers = living_layers(host, base.root);
  const Snapshot broken = snapshot_of(layers);
  std::vector<std::string> words = {"fix", "--apply", "--yes"};
  if (scenario.fix == lab::FixReach::choice) words.insert(words.end(), {"--risk", "choice"});
  TRY(const lab::Ran fixed, ask_inside(host, scenario, words));
  TRY(const std::string refused, login_after(host, scenario));
  if (!refused.empty()) {
    return fmt::format("the login still fails (fix: status {}): {}\n{}{}\n{}", fixed.status, refused,
                       fixed.out, fixed.err, host.server_log());
  }
  TRY_VOID(take_along(host, program));
  TRY(const lab::Ran undone, host.run_lent({"undo", "--yes"}));
  const std::vector<std::string> left = differences(layers, broken, snapshot_of(layers));
  if (undone.status == 0 && left.empty()) return std::string();
  return fmt::format("undo (status {}) left differences:\n    {}\n{}{}", undone.status,
                     fmt::join(left, "\n    "), undone.out, undone.err);
}

Result<std::string> judge(const std::string& program, const lab::Scenario& scenario) {
  return scenario.bed == lab::Bed::disk ? judge_disk(program, scenario) : judge_living(program, scenario);
}

bool is_mendable(const lab::Scenario& scenario) {
  return scenario.fix == lab::FixReach::safe || scenario.fix == lab::FixReach::choice;
}

}  // namespace
}  // namespace reentry

int main(int argc, char** argv) {
  if (argc < 2) {
    std::puts("usage: fix_check REENTRY [SCENARIO...]");
    return 2;
  }
  const std::string program = argv[1];
  return reentry::run_scenarios(
      "fix and undo", {argv + 2, argv + argc}, reentry::is_mendable,
      [&program](const reentry::lab::Scenario& scenario) { return reentry::judge(program, scenario); });
}
