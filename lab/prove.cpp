#include "lab/prove.hpp"

#include <fmt/format.h>

#include <atomic>
#include <mutex>
#include <thread>
#include <utility>

#include "lab/posix.hpp"

namespace reentry::lab {
namespace {

Result<void> run_script(LabHost& host, std::string_view id, std::string_view which,
                        const std::string& script) {
  if (script.empty()) return {};
  TRY(const auto ran, host.run(script));
  if (ran.status == 0) return {};
  return fail(ErrorKind::internal, fmt::format("{}: the {} script failed ({})", id, which, ran.status),
              last_line(ran.err));
}

std::string said_by(const LoginAnswer& answer) {
  return last_line(answer.said);
}

}  // namespace

Result<Proof> prove(const BaseTree& tree, const Scenario& scenario) {
  Proof proof;
  TRY(auto host, LabHost::create(tree));
  TRY_VOID(run_script(host, scenario.id, "prepare", scenario.prepare));
  TRY(proof.service, host.start_sshd());
  TRY(proof.healthy, host.login(scenario.login));
  // A machine under load may let the first connection time out; a login that works at all works the second
  // time.
  if (!proof.healthy.accepted) {
    TRY(proof.healthy, host.login(scenario.login));
  }
  if (!proof.healthy.accepted) {
    proof.why_not = fmt::format("the login does not work before the fault: {}", said_by(proof.healthy));
    proof.server_log = host.server_log();
    return proof;
  }
  host.stop_sshd();
  const auto healthy_log = host.server_log().size();
  TRY_VOID(run_script(host, scenario.id, "break", scenario.break_it));
  TRY(proof.service, host.start_sshd());
  TRY(proof.broken, host.login(scenario.login));
  proof.server_log = host.server_log().substr(healthy_log);
  proof.holds = proof.broken.accepted != scenario.refused;
  if (!proof.holds) {
    proof.why_not = scenario.refused ? "the login still works after the fault"
                                     : fmt::format("the login is refused: {}", said_by(proof.broken));
  }
  return proof;
}

void prove_all(const std::vector<Scenario>& scenarios, unsigned jobs,
               const std::function<void(const Scenario&, const Result<Proof>&)>& told) {
  std::atomic<size_t> next{0};
  std::mutex one_at_a_time;
  const auto work = [&] {
    for (size_t i = next++; i < scenarios.size(); i = next++) {
      const auto& scenario = scenarios[i];
      const auto proof = [&]() -> Result<Proof> {
        TRY(const auto tree, base_tree(scenario.suite));
        return prove(tree, scenario);
      }();
      const std::lock_guard lock(one_at_a_time);
      told(scenario, proof);
    }
  };
  std::vector<std::thread> workers;
  for (unsigned i = 1; i < jobs; ++i) workers.emplace_back(work);
  work();
  for (auto& worker : workers) worker.join();
}

Result<LabHost> broken_host(const BaseTree& tree, const Scenario& scenario, ServiceState* state,
                            std::string name) {
  TRY(auto host, LabHost::create(tree, std::move(name)));
  TRY_VOID(run_script(host, scenario.id, "prepare", scenario.prepare));
  TRY_VOID(run_script(host, scenario.id, "break", scenario.break_it));
  TRY(auto started, host.start_sshd());
  if (state != nullptr) *state = std::move(started);
  return host;
}

}  // namespace reentry::lab
