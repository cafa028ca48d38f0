#include "login/pam_gate.hpp"

#include <algorithm>

#include "base/shown.hpp"
#include "login/exhibits.hpp"

namespace reentry {
namespace {

std::string service_path(const PamService& service) {
  return "/etc/pam.d/" + service.name;
}

bool is_plain_denial(const Obstacle& obstacle) {
  return obstacle.cause == Cause::account_pam_denies || obstacle.cause == Cause::session_pam_denies ||
         obstacle.cause == Cause::auth_pam_stack_denies;
}

Text words_for(const Obstacle& obstacle) {
  const std::string where =
      obstacle.at.line == 0 ? obstacle.at.path : obstacle.at.path + ":" + std::to_string(obstacle.at.line);
  return say("PAM refuses: {} ({})", "PAM が拒否します: {}（{}）", id_of(obstacle.cause), shown(where));
}

}  // namespace

bool uses_pam(const GateInput& input) {
  return input.facts.ssh.pam && input.connection.yes("usepam");
}

std::optional<Gate> pam_service_gate(const GateInput& input, std::string_view id) {
  const PamService& service = input.facts.pam.sshd;
  if (!service.unread.empty()) {
    return unknown_gate(id, service.unread,
                        say("the PAM configuration could not be read", "PAM の設定を読めませんでした"));
  }
  if (service.usable) return std::nullopt;
  Gate gate = gate_of(id, GateResult::refuse,
                      say("libpam can't use the configuration of service {}: every login ends here",
                          "libpam がサービス {} の設定を利用できないため、すべてのログインがここで終わります",
                          shown(service.name)));
  Obstacle obstacle{Cause::account_pam_service_missing, {"file", service_path(service), 0, {}}, {}, {}};
  if (!service.problems.empty()) {
    const PamProblem& problem = service.problems.back();
    obstacle.cause = Cause::account_pam_stack_broken;
    obstacle.at = {"file", problem.file, problem.line, problem.text};
    obstacle.details.emplace_back("fault", problem.message);
  }
  obstacle.details.emplace_back("service", service.name);
  gate.obstacles.push_back(std::move(obstacle));
  return gate;
}

Gate gate_of_stack(const GateInput& input, std::string_view id, const PamJudgement& judgement) {
  Gate gate = gate_of(id, judgement.result);
  if (judgement.result == GateResult::unknown) {
    gate.unknown = judgement.unknown;
    gate.detail = say("a PAM module whose answer can't be known decides",
                      "結果を確認できない PAM モジュールが可否を決めます");
    return gate;
  }
  if (judgement.result == GateResult::pass) return gate;
  gate.obstacles = judgement.obstacles;
  const PamService& service = input.facts.pam.sshd;
  if (service.file.empty() && std::all_of(gate.obstacles.begin(), gate.obstacles.end(), is_plain_denial)) {
    Obstacle missing{Cause::account_pam_service_missing, {"file", service_path(service), 0, {}}, {}, {}};
    for (const Obstacle& obstacle : gate.obstacles) missing.evidence.push_back(obstacle.at);
    missing.details.emplace_back("service", service.name);
    gate.obstacles = {std::move(missing)};
  }
  gate.detail = words_for(gate.obstacles.front());
  return gate;
}

}  // namespace reentry
