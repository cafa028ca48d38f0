#include "login/replay.hpp"
#include "login/running_gate.hpp"

#include <algorithm>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <system_error>
#include <thread>
#include <unordered_set>
#include <utility>

#include "base/shown.hpp"
#include "facts/sshd_config.hpp"
#include "login/exhibits.hpp"
#include "login/firewall_gate.hpp"
#include "login/gates.hpp"

namespace reentry {
namespace {

// Below this many logins a thread costs more than it saves.
constexpr std::size_t kLoginsPerWorker = 1000;
constexpr std::size_t kMostWorkers = 8;

// Gates that login after login passes in the same way. Only so many are held: what speaks of one login is
// never asked for again.
class CommonGates {
 public:
  Gates::Shared shared(Gate gate) {
    if (!gate.obstacles.empty() || !gate.unknown.empty()) return make(std::move(gate));
    const auto known = gates_.find(gate);
    if (known != gates_.end()) return *known;
    if (gates_.size() == kMost) return make(std::move(gate));
    return *gates_.insert(make(std::move(gate))).first;
  }
  void append(Gates& gates, std::vector<Gate> more) {
    for (Gate& gate : more) gates.push_back(shared(std::move(gate)));
  }

 private:
  static constexpr std::size_t kMost = 256;
  static Gates::Shared make(Gate gate) { return std::make_shared<const Gate>(std::move(gate)); }
  static const Gate& gate_of(const Gate& gate) { return gate; }
  static const Gate& gate_of(const Gates::Shared& gate) { return *gate; }

  struct Hash {
    using is_transparent = void;
    template <typename Any>
    std::size_t operator()(const Any& any) const {
      const Gate& gate = gate_of(any);
      return std::hash<std::string_view>{}(gate.id) * 31 + std::hash<std::string>{}(gate.detail.en);
    }
  };
  struct Same {
    using is_transparent = void;
    template <typename Any, typename Other>
    bool operator()(const Any& any, const Other& other) const {
      const Gate& a = gate_of(any);
      const Gate& b = gate_of(other);
      return a.id == b.id && a.stage == b.stage && a.result == b.result && a.detail == b.detail;
    }
  };
  std::unordered_set<Gates::Shared, Hash, Same> gates_;
};

GateResult result_of(const Gates& gates, std::string_view id) {
  const auto found =
      std::find_if(gates.begin(), gates.end(), [id](const Gate& gate) { return gate.id == id; });
  return found == gates.end() ? GateResult::skipped : found->result;
}

// Which method root comes in by: the one that lets in, a key where both do or neither does.
bool by_key(const LoginQuestion& question, const Gates& gates) {
  if (question.kind == CredentialKind::key) return true;
  if (question.kind == CredentialKind::password) return false;
  return result_of(gates, "auth/publickey") == GateResult::pass ||
         result_of(gates, "auth/password") != GateResult::pass;
}

Outcome outcome_of(const Gates& gates) {
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

// Replays one login after the other and keeps what they have in common.
class Replay {
 public:
  Replay(const Facts& facts, When when) : facts_(facts), when_(when), config_(facts.config, facts.ssh) {
    common_.append(service_, system_gates(facts, when));
    common_.append(service_, service_gates(facts, config_.startup(), when));
    const Known<PacketRules>& rules = firewall_rules(facts, when);
    if (facts.firewall.collected && rules) filter_.emplace(*rules);
  }

  LoginTrace trace_of(const LoginQuestion& question) {
    LoginTrace trace;
    trace.question = question;
    trace.gates.reserve(32);
    const EffectiveConfig& connection = config_.at(match_context(facts_, question, config_.startup()));
    const GateInput input{facts_, question, config_.startup(), connection, when_, &service_};
    trace.gates.append(service_);
    trace.gates.append(banner(input));
    if (connection.fatal) trace.gates.push_back(match_gate(facts_, *connection.fatal));
    append(trace.gates, user_gates(input));
    // Without an account there is nothing behind the first gate to judge.
    const PasswdEntry* user = facts_.accounts.user(question.user);
    if (user != nullptr) {
      append(trace.gates, method_gates(input));
      if (user->uid == 0) trace.gates.push_back(root_gate(input, by_key(question, trace.gates)));
      append(trace.gates, account_gates(input));
      append(trace.gates, session_gates(input));
    }
    trace.outcome = outcome_of(trace.gates);
    return trace;
  }

 private:
  void append(Gates& gates, std::vector<Gate> more) {
    if (when_ == When::now) hold_back_unread(facts_, more);
    common_.append(gates, std::move(more));
  }
  // These gates know where a login comes from and not who it is.
  const Gates& banner(const GateInput& input) {
    const LoginQuestion& question = input.question;
    const bool same = banner_ && from_ == question.from && port_ == question.port;
    if (!same) {
      banner_.emplace();
      if (facts_.firewall.collected)
        common_.append(*banner_, {firewall_gate(input, filter_ ? &*filter_ : nullptr)});
      append(*banner_, banner_gates(input));
      from_ = question.from;
      port_ = question.port;
    }
    return *banner_;
  }

  const Facts& facts_;
  const When when_;
  ConfigEvaluator config_;
  CommonGates common_;
  Gates service_;
  std::optional<PacketFilter> filter_;
  std::optional<Gates> banner_;  // of the login before, from there
  std::optional<std::string> from_;
  std::optional<int> port_;
};

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

std::vector<LoginTrace> replay(const Facts& facts, const std::vector<LoginQuestion>& questions, When when) {
  std::vector<LoginTrace> traces(questions.size());
  const auto judge = [&](std::size_t begin, std::size_t end) {
    Replay replay(facts, when);
    for (std::size_t i = begin; i < end; ++i) traces[i] = replay.trace_of(questions[i]);
  };
  const std::size_t processors =
      std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, kMostWorkers);
  const std::size_t workers = std::clamp<std::size_t>(questions.size() / kLoginsPerWorker, 1, processors);
  const std::size_t share = (questions.size() + workers - 1) / workers;
  std::vector<std::future<void>> others;
  std::size_t done = 0;
  for (; others.size() + 1 < workers; done += share) {
    try {
      others.push_back(std::async(std::launch::async, judge, done, done + share));
    } catch (const std::system_error&) {
      break;  // no thread is to be had: the rest is judged here
    }
  }
  judge(done, questions.size());
  for (std::future<void>& other : others) other.get();
  return traces;
}

std::vector<LoginTrace> replay(const Facts& facts, const std::vector<LoginQuestion>& questions) {
  return replay(facts, questions, natural_time(facts.target.kind));
}

}  // namespace reentry
