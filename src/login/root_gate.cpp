// auth/root-login: auth.c:auth_root_allowed.
#include <algorithm>

#include "login/exhibits.hpp"
#include "login/gates.hpp"
#include "login/key_verdict.hpp"

namespace reentry {
namespace {

constexpr std::string_view kRootGate = "auth/root-login";

Obstacle obstacle_of(const GateInput& input, Cause cause, const Setting& setting, bool by_key) {
  Obstacle obstacle;
  obstacle.cause = cause;
  obstacle.at = config_exhibit(input.facts, setting.at);
  if (setting.at.is_default()) obstacle.at.path = input.facts.config.main_file.str();
  obstacle.details = {{"value", setting.first()}, {"method", by_key ? "publickey" : "password"}};
  return obstacle;
}

// With forced-commands-only the key's own line must have command=; ForceCommand of sshd_config does not
// count.
Gate forced_commands_gate(const GateInput& input, const Setting& setting) {
  const KeyVerdict& verdict = key_verdict(input);
  const auto forced = std::find_if(verdict.accepted.begin(), verdict.accepted.end(),
                                   [](const AcceptedKey& key) { return key.forced_command.has_value(); });
  if (forced != verdict.accepted.end()) {
    return gate_of(kRootGate, GateResult::pass,
                   say("root's key line has a command=, which forced-commands-only asks for",
                       "root の鍵の行に command= があり、forced-commands-only の条件を満たします"));
  }
  // What no line could tell, a command's or a certificate's might.
  if (verdict.accepted.empty() && verdict.gate.result == GateResult::unknown) {
    return unknown_gate(kRootGate, verdict.gate.unknown,
                        say("whether root's key has a command= could not be seen",
                            "root の鍵に command= があるかどうか分かりません"));
  }
  Gate gate = gate_of(
      kRootGate, GateResult::refuse,
      say("PermitRootLogin forced-commands-only lets root in only by a key line with command=",
          "PermitRootLogin forced-commands-only では、command= 付きの鍵の行でしか root は入れません"));
  Obstacle obstacle = obstacle_of(input, Cause::auth_root_forced_commands_only, setting, true);
  for (const AcceptedKey& key : verdict.accepted) obstacle.evidence.push_back(key.at);
  gate.obstacles.push_back(std::move(obstacle));
  return gate;
}

}  // namespace

Gate root_gate(const GateInput& input, bool by_key) {
  const Setting& setting = input.connection["permitrootlogin"];
  if (setting.uncertain) {
    return unknown_gate(kRootGate, {{Why::not_asked, setting.at.file, "Match"}},
                        say("a Match block that can't be decided sets PermitRootLogin",
                            "判定できない Match ブロックが PermitRootLogin を設定しています"));
  }
  const std::string& value = setting.first();
  if (value == "yes")
    return gate_of(kRootGate, GateResult::pass, say("PermitRootLogin yes", "PermitRootLogin yes"));
  if (value == "no") {
    Gate gate = gate_of(
        kRootGate, GateResult::refuse,
        say("PermitRootLogin no: root may not log in", "PermitRootLogin no で、root はログインできません"));
    gate.obstacles.push_back(obstacle_of(input, Cause::auth_root_login, setting, by_key));
    return gate;
  }
  if (!by_key) {
    Gate gate = gate_of(kRootGate, GateResult::refuse,
                        say("PermitRootLogin {} does not let root in by password",
                            "PermitRootLogin {} では、root はパスワードで入れません", value));
    gate.obstacles.push_back(obstacle_of(input, Cause::auth_root_login, setting, by_key));
    return gate;
  }
  if (value == "forced-commands-only") return forced_commands_gate(input, setting);
  return gate_of(
      kRootGate, GateResult::pass,
      say("PermitRootLogin {} lets root in by key", "PermitRootLogin {} では、root は鍵で入れます", value));
}

}  // namespace reentry
