#include "lab/prove.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <string_view>
#include <utility>

#include "lab/crew.hpp"
#include "lab/posix.hpp"

namespace reentry::lab {
namespace {

Result<void> run_script(LabHost& host, std::string_view id, std::string_view which,
                        const std::string& script) {
  if (script.empty()) return {};
  // Firewalls and guards come up slowly where others work beside them.
  TRY(const auto ran, host.run(script, std::chrono::seconds(host.bed() == Bed::disk ? 20 : 60)));
  if (ran.status == 0) return {};
  return fail(ErrorKind::internal, fmt::format("{}: the {} script failed ({})", id, which, ran.status),
              last_line(ran.err));
}

// What the server said from `start` of its log on; where it does not run, why.
std::string server_words(const LabHost& host, const ServiceState& service, size_t start) {
  if (!service.running) return service.said;
  const auto log = host.server_log();
  return log.substr(std::min(start, log.size()));
}

// On its way from the process that proves to the one that tells.
std::string packed(const Proof& proof) {
  std::string bytes(1, proof.holds ? '1' : '0');
  for (const auto* part : {&proof.why_not, &proof.client, &proof.server}) {
    bytes += fmt::format("{}:", part->size());
    bytes += *part;
  }
  return bytes;
}

Proof unpacked(std::string_view bytes) {
  Proof proof;
  proof.holds = bytes.starts_with('1');
  bytes.remove_prefix(1);
  for (auto* part : {&proof.why_not, &proof.client, &proof.server}) {
    size_t length = 0;
    const auto* const after = std::from_chars(bytes.data(), bytes.data() + bytes.size(), length).ptr;
    bytes.remove_prefix(static_cast<size_t>(after - bytes.data()) + 1);
    *part = bytes.substr(0, length);
    bytes.remove_prefix(length);
  }
  return proof;
}

}  // namespace

namespace {

// A machine under load may let the first connection time out; a login that works at all works the second
// time.
Result<LoginAnswer> patient_login(LabHost& host, const LoginRequest& request) {
  TRY(auto answer, host.login(request));
  if (answer.accepted) return answer;
  return host.login(request);
}

Proof not_open_before(const LabHost& host, const ServiceState& service, const LoginAnswer& login,
                      std::string_view before) {
  Proof proof;
  proof.why_not = fmt::format("the login does not work before {}: {}", before, last_line(login.said));
  proof.client = login.said;
  proof.server = server_words(host, service, 0);
  return proof;
}

Proof judged(const Scenario& scenario, const LoginAnswer& login, std::string server) {
  Proof proof;
  proof.client = login.said;
  proof.server = std::move(server);
  proof.holds = login.accepted != scenario.refused;
  if (!proof.holds) {
    proof.why_not = scenario.refused ? "the login still works after the fault"
                                     : fmt::format("the login is refused: {}", last_line(login.said));
  }
  return proof;
}

Result<Proof> prove_on_disk(const BaseTree& tree, const Scenario& scenario) {
  TRY(auto host, LabHost::create(tree));
  TRY_VOID(run_script(host, scenario.id, "prepare", scenario.prepare));
  TRY(auto service, host.start_sshd());
  TRY(auto login, patient_login(host, scenario.login));
  if (!login.accepted) return not_open_before(host, service, login, "the fault");
  host.stop_sshd();
  const auto healthy_log = host.server_log().size();
  TRY_VOID(run_script(host, scenario.id, "break", scenario.break_it));
  TRY(service, host.start_sshd());
  TRY(login, host.login(scenario.login));
  return judged(scenario, login, server_words(host, service, healthy_log));
}

// The host runs on through the fault, and whatever it needs to take effect is in the script.
Result<Proof> prove_living(const BaseTree& tree, const Scenario& scenario) {
  TRY(auto host, LabHost::create(tree, {}, scenario.bed));
  TRY_VOID(run_script(host, scenario.id, "prepare", scenario.prepare));
  ServiceState service{true, {}};
  if (scenario.bed == Bed::live) {
    TRY(service, host.start_sshd());
  }
  TRY(auto login, patient_login(host, scenario.login));
  if (!login.accepted) return not_open_before(host, service, login, "the fault");
  const auto healthy_log = host.server_log().size();
  TRY_VOID(run_script(host, scenario.id, "break", scenario.break_it));
  if (scenario.when == When::reboot) {
    TRY(login, patient_login(host, scenario.login));
    if (!login.accepted) return not_open_before(host, service, login, "the reboot");
    TRY_VOID(host.reboot());
  }
  TRY(login, scenario.refused ? host.login(scenario.login) : patient_login(host, scenario.login));
  return judged(scenario, login, server_words(host, service, healthy_log));
}

}  // namespace

Result<Proof> prove(const BaseTree& tree, const Scenario& scenario) {
  return scenario.bed == Bed::disk ? prove_on_disk(tree, scenario) : prove_living(tree, scenario);
}

void prove_all(const std::vector<Scenario>& scenarios, unsigned jobs,
               const std::function<void(const Scenario&, const Proof&)>& told) {
  std::vector<bool> heard(scenarios.size(), false);
  const auto work = [&](size_t number) {
    const auto proof = [&]() -> Result<Proof> {
      TRY(const auto tree, base_tree(scenarios[number].suite));
      return prove(tree, scenarios[number]);
    }();
    if (proof) return packed(*proof);
    return packed({false, fmt::format("{}: {}", proof.error().what, proof.error().why), {}, {}});
  };
  const auto hear = [&](size_t number, const std::string& bytes) {
    heard[number] = true;
    told(scenarios[number], unpacked(bytes));
  };
  if (share_out(scenarios.size(), jobs, work, hear) == scenarios.size()) return;
  for (size_t number = 0; number < scenarios.size(); ++number) {
    if (!heard[number]) told(scenarios[number], {false, "the process that proved it died", {}, {}});
  }
}

Result<LabHost> broken_host(const BaseTree& tree, const Scenario& scenario, ServiceState* state,
                            std::string name) {
  TRY(auto host, LabHost::create(tree, std::move(name), scenario.bed));
  TRY_VOID(run_script(host, scenario.id, "prepare", scenario.prepare));
  ServiceState started{true, {}};
  if (scenario.bed == Bed::live) {
    TRY(started, host.start_sshd());
  }
  TRY_VOID(run_script(host, scenario.id, "break", scenario.break_it));
  if (scenario.bed == Bed::disk) {
    TRY(started, host.start_sshd());
  }
  if (state != nullptr) *state = std::move(started);
  return host;
}

}  // namespace reentry::lab
