#include "mending/open_doors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "login/gates.hpp"
#include "login/key_verdict.hpp"
#include "login/replay.hpp"
#include "login/ways_in.hpp"

namespace reentry::mending {
namespace {

// Settings of the session, with the value that takes nothing away.
constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kSessionLimits{{
    {"forcecommand", "none"},
    {"chrootdirectory", "none"},
    {"permittty", "yes"},
    {"allowtcpforwarding", "yes"},
    {"allowstreamlocalforwarding", "yes"},
    {"allowagentforwarding", "yes"},
    {"x11forwarding", "yes"},
    {"disableforwarding", "no"},
    {"permituserrc", "yes"},
}};

// Gates that belong to one credential; `auth/methods` is judged here, list by list.
bool is_of_credential(std::string_view gate) {
  return gate == "auth/methods" || gate == "auth/publickey" || gate == "auth/password" ||
         gate == "auth/root-login";
}

// Shut for whatever the visitor holds.
bool is_shut(const LoginTrace& trace) {
  return std::any_of(trace.gates.begin(), trace.gates.end(), [](const Gate& gate) {
    if (gate.result != GateResult::refuse) return false;
    if (gate.id != "auth/methods") return !is_of_credential(gate.id);
    return std::any_of(gate.obstacles.begin(), gate.obstacles.end(),
                       [](const Obstacle& one) { return one.cause == Cause::auth_max_tries_zero; });
  });
}

// One visitor before one account: what the credentials meet.
class Way {
 public:
  // `by_credential`: the gates of the credential count too.
  void add(const LoginTrace& trace, bool by_credential) {
    for (const Gate& gate : trace.gates) {
      if (gate.id == "auth/methods" || (!by_credential && is_of_credential(gate.id))) continue;
      refused_ = refused_ || gate.result == GateResult::refuse;
      certain_ = certain_ && gate.result != GateResult::unknown;
    }
  }
  [[nodiscard]] bool refused() const { return refused_; }
  [[nodiscard]] bool certain() const { return certain_; }

 private:
  bool refused_ = false;
  bool certain_ = true;
};

std::set<std::string> limits_of(const EffectiveConfig& config) {
  std::set<std::string> limits;
  for (const auto& [keyword, unlimited] : kSessionLimits) {
    const std::string& value = config[keyword].first();
    if (!value.empty() && value != unlimited) limits.insert(fmt::format("{} {}", keyword, value));
  }
  return limits;
}

void add_limits(const AcceptedKey& key, std::set<std::string>& limits) {
  if (key.forced_command) limits.insert("command=" + *key.forced_command);
  if (!key.pty) limits.insert("no-pty");
  if (!key.port_forwarding) limits.insert("no-port-forwarding");
  if (!key.agent_forwarding) limits.insert("no-agent-forwarding");
  if (!key.x11_forwarding) limits.insert("no-x11-forwarding");
  if (!key.user_rc) limits.insert("no-user-rc");
}

bool has(const MethodList& list, std::string_view method) {
  return std::find(list.begin(), list.end(), method) != list.end();
}

// The doors of one account for visitors from one address.
class Account {
 public:
  Account(const Facts& facts, ConfigEvaluator& config, const LoginTrace& by_password)
      : facts_(facts), config_(config), by_password_(by_password) {}

  void look(const std::vector<NamedKey>& keys, Doors& into) {
    const GateInput input = input_for(by_password_.question);
    for (const MethodList& list : method_lists(input)) {
      if (has(list, "publickey")) {
        for (const NamedKey& key : keys) look_with_key(list, key, into);
        continue;
      }
      const bool by_password = has(list, "password") || has(list, "keyboard-interactive");
      Way way;
      way.add(by_password_, by_password);
      if (!way.refused()) into[name_of(list, "")] = {way.certain(), limits_of(input.connection)};
    }
  }

 private:
  GateInput input_for(const LoginQuestion& question) {
    return {facts_, question, config_.startup(),
            config_.at(match_context(facts_, question, config_.startup()))};
  }

  void look_with_key(const MethodList& list, const NamedKey& key, Doors& into) {
    LoginQuestion question = by_password_.question;
    question.kind = CredentialKind::key;
    question.key = key.key;
    Way way;
    way.add(replay(facts_, {question}).front(), true);
    if (has(list, "password") || has(list, "keyboard-interactive")) way.add(by_password_, true);
    if (way.refused()) return;
    const GateInput input = input_for(question);
    Opening opening{way.certain(), limits_of(input.connection)};
    const KeyVerdict verdict = key_verdict(input, key.key);
    if (!verdict.accepted.empty()) add_limits(verdict.accepted.front(), opening.limits);
    into[name_of(list, " " + key.name)] = std::move(opening);
  }

  [[nodiscard]] std::string name_of(const MethodList& list, const std::string& key) const {
    return fmt::format("{} {}{} from {}", by_password_.question.user, fmt::join(list, ","), key,
                       *by_password_.question.from);
  }

  const Facts& facts_;
  ConfigEvaluator& config_;
  const LoginTrace& by_password_;
};

}  // namespace

Doors open_doors(const Facts& facts, const Visitors& visitors) {
  Doors doors;
  if (!facts.accounts.passwd) return doors;
  std::vector<LoginQuestion> questions;
  for (const PasswdEntry& user : *facts.accounts.passwd) {
    if (facts.accounts.user(user.name) != &user) continue;
    for (const std::string& source : visitors.sources) {
      LoginQuestion question;
      question.user = user.name;
      question.kind = CredentialKind::password;
      question.from = source;
      question.asked = true;
      questions.push_back(std::move(question));
    }
  }
  ConfigEvaluator config(facts.config, facts.ssh);
  for (const LoginTrace& trace : replay(facts, questions)) {
    if (!is_shut(trace)) Account(facts, config, trace).look(visitors.keys, doors);
  }
  return doors;
}

std::vector<std::string> opened(const Doors& before, const Doors& after) {
  std::vector<std::string> out;
  for (const auto& [name, now] : after) {
    const auto found = before.find(name);
    if (found == before.end()) {
      out.push_back(name + (now.certain ? "" : " (not certain)"));
      continue;
    }
    if (now.certain && !found->second.certain) out.push_back(name + " (was not certain)");
    std::vector<std::string> lost;
    std::set_difference(found->second.limits.begin(), found->second.limits.end(), now.limits.begin(),
                        now.limits.end(), std::back_inserter(lost));
    if (!lost.empty()) out.push_back(fmt::format("{} (no longer kept to {})", name, fmt::join(lost, ", ")));
  }
  return out;
}

}  // namespace reentry::mending
