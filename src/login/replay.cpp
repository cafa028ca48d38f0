#include "login/replay.hpp"

#include <algorithm>

#include "base/shown.hpp"
#include "facts/sshd_config.hpp"
#include "login/exhibits.hpp"
#include "login/gates.hpp"

namespace reentry {
namespace {

void append(std::vector<Gate>& gates, std::vector<Gate> more) {
  gates.insert(gates.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

GateResult result_of(const std::vector<Gate>& gates, std::string_view id) {
  const auto found =
      std::find_if(gates.begin(), gates.end(), [id](const Gate& gate) { return gate.id == id; });
  return found == gates.end() ? GateResult::skipped : found->result;
}

// Which method root comes in by: the one that lets in, a key where both do or neither does.
bool by_key(const LoginQuestion& question, const std::vector<Gate>& gates) {
  if (question.kind == CredentialKind::key) return true;
  if (question.kind == CredentialKind::password) return false;
  return result_of(gates, "auth/publickey") == GateResult::pass ||
         result_of(gates, "auth/password") != GateResult::pass;
}

Outcome outcome_of(const std::vector<Gate>& gates) {
  bool unknown = false;
  for (const Gate& gate : gates) {
    if (gate.result == GateResult::refuse) return Outcome::refused;
    unknown = unknown || gate.result == GateResult::unknown;
  }
  return unknown ? Outcome::unknown : Outcome::accepted;
}

// A Match block that start-up passed over and this login makes sshd read: the connection's process dies of it
// (servconf.c:parse_server_match_config).
Gate match_gate(const Facts& facts, const ConfigProblem& problem) {
  Gate gate = gate_of("auth/match-block", GateResult::refuse,
                      say("sshd ends the connection when it applies {} line {}: {}",
                          "sshd は {} の {} 行目を適用する時点で接続を終了します: {}", shown(problem.at.file),
                          problem.at.line, shown(problem.message)));
  gate.obstacles.push_back({Cause::service_config_contradiction,
                            config_exhibit(facts, problem.at),
                            {},
                            {{"message", problem.message}, {"keyword", problem.keyword}}});
  return gate;
}

LoginTrace trace_of(const Facts& facts, const LoginQuestion& question, ConfigEvaluator& config,
                    const std::vector<Gate>& service) {
  LoginTrace trace;
  trace.question = question;
  trace.gates = service;
  const EffectiveConfig& connection = config.at(match_context(facts, question, config.startup()));
  const GateInput input{facts, question, config.startup(), connection};
  append(trace.gates, banner_gates(input));
  if (connection.fatal) trace.gates.push_back(match_gate(facts, *connection.fatal));
  append(trace.gates, user_gates(input));
  // Without an account there is nothing behind the first gate to judge.
  if (facts.accounts.user(question.user) != nullptr) {
    append(trace.gates, method_gates(input));
    if (facts.accounts.user(question.user)->uid == 0) {
      trace.gates.push_back(root_gate(input, by_key(question, trace.gates)));
    }
    append(trace.gates, account_gates(input));
    append(trace.gates, session_gates(input));
  }
  trace.outcome = outcome_of(trace.gates);
  return trace;
}

}  // namespace

MatchContext match_context(const Facts& facts, const LoginQuestion& question,
                           const EffectiveConfig& startup) {
  MatchContext context;
  context.connection = true;
  context.user = question.user;
  context.address = question.from;
  const PasswdEntry* user = facts.accounts.user(question.user);
  context.user_exists = user != nullptr;
  if (facts.accounts.nss_group.beyond_files()) {
    context.groups = Missing{Why::offline, "/etc/nsswitch.conf", "groups may come from a directory service"};
  } else if (user != nullptr) {
    context.groups = facts.accounts.groups_of(*user).names;
  } else {
    context.groups = std::vector<std::string>{};
  }
  // The client dials the one port there is; with several it may be any of them.
  const Setting& ports = startup["port"];
  if (question.port) {
    context.local_port = question.port;
  } else if (ports.values.size() == 1)
    context.local_port = static_cast<int>(startup.number("port"));
  return context;
}

std::vector<LoginTrace> replay(const Facts& facts, const std::vector<LoginQuestion>& questions) {
  ConfigEvaluator config(facts.config, facts.ssh);
  const std::vector<Gate> service = service_gates(facts, config.startup());
  std::vector<LoginTrace> traces;
  traces.reserve(questions.size());
  for (const LoginQuestion& question : questions) {
    traces.push_back(trace_of(facts, question, config, service));
  }
  return traces;
}

}  // namespace reentry
