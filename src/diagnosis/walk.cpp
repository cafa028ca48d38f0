#include "diagnosis/walk.hpp"

#include <algorithm>
#include <iterator>
#include <set>

#include "base/shown.hpp"
#include "login/walk.hpp"

namespace reentry {
namespace {

const Check* check_for(std::span<const Check* const> checks, Cause cause) {
  const auto found = std::find_if(checks.begin(), checks.end(),
                                  [cause](const Check* check) { return check->cause == cause; });
  return found == checks.end() ? nullptr : *found;
}

// The command that decides it, where the server's own files can be read.
std::string question_for_the_server(const LoginTrace& trace, const WalkFacts& facts) {
  std::string command = "sudo reentry check";
  if (!trace.question.user.empty()) command += " --user " + shown(trace.question.user);
  if (facts.client.settings && facts.client.settings->port() != 22)
    command += " --port " + std::to_string(facts.client.settings->port());
  return command;
}

Finding candidate_of(const Check& check, const LoginTrace& trace, const Gate& gate, const Obstacle& obstacle,
                     const WalkFacts& facts) {
  Finding finding;
  finding.cause = check.cause;
  finding.certainty = obstacle.certain ? Certainty::certain : Certainty::possible;
  finding.severity = gate.result == GateResult::refuse ? Severity::blocker : Severity::notice;
  finding.locus = obstacle.at;
  finding.title = check.title.text();
  finding.users = {trace.question.user};
  finding.explanation = check.tells_apart.en.empty()
                            ? say("It would look just so from here.", "ここからは同じように見えます。")
                            : check.tells_apart.text();
  finding.evidence.push_back(obstacle.at);
  std::copy(obstacle.evidence.begin(), obstacle.evidence.end(), std::back_inserter(finding.evidence));
  Remedy ask;
  ask.id = std::string(id_of(check.cause)) + "#ask-the-server";
  ask.text = say("On the server's console this says which of these it is:",
                 "サーバーのコンソールで次を実行すると、原因を特定できます:");
  ask.commands.push_back(question_for_the_server(trace, facts));
  finding.remedies.push_back(std::move(ask));
  return finding;
}

// The pages of causes say HOST where a command wants the host.
void name_host(Finding& finding, const std::string& host) {
  constexpr std::string_view kPlaceholder = "HOST";
  for (Remedy& remedy : finding.remedies) {
    for (std::string& command : remedy.commands) {
      const std::size_t at = command.find(kPlaceholder);
      if (at != std::string::npos) command.replace(at, kPlaceholder.size(), host);
    }
  }
}

class Teller {
 public:
  Teller(const WalkFacts& facts, std::span<const Check* const> checks, const Facts& empty,
         const std::vector<LoginTrace>& traces)
      : facts_(facts), checks_(checks), input_(empty, traces), trace_(traces.front()) {}

  std::vector<Finding> tell() {
    for (const Gate& gate : trace_.gates) {
      for (const Obstacle& obstacle : gate.obstacles) one(gate, obstacle);
    }
    const std::string& typed = facts_.client.typed;
    for (Finding& finding : findings_) name_host(finding, shown(typed.substr(typed.rfind('@') + 1)));
    std::stable_sort(findings_.begin(), findings_.end(),
                     [](const Finding& a, const Finding& b) { return a.severity < b.severity; });
    return std::move(findings_);
  }

 private:
  void one(const Gate& gate, const Obstacle& obstacle) {
    if (!told_.insert(obstacle.cause).second) return;
    const Check* check = check_for(checks_, obstacle.cause);
    if (check == nullptr) return;
    if (!check->from_client) {
      findings_.push_back(candidate_of(*check, trace_, gate, obstacle, facts_));
      return;
    }
    Verdict verdict = check->evaluate(input_);
    auto* found = std::get_if<std::vector<Finding>>(&verdict);
    if (found == nullptr) return;
    std::move(found->begin(), found->end(), std::back_inserter(findings_));
  }

  const WalkFacts& facts_;
  std::span<const Check* const> checks_;
  CheckInput input_;
  const LoginTrace& trace_;
  std::set<Cause> told_;
  std::vector<Finding> findings_;
};

// OpenSSH's version out of `SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3`.
std::string openssh_of(const WalkFacts& facts) {
  if (!facts.reply || !facts.reply->banner.identification) return {};
  const std::string& said = *facts.reply->banner.identification;
  constexpr std::string_view kMark = "OpenSSH_";
  const std::size_t at = said.find(kMark);
  if (at == std::string::npos) return {};
  const std::string rest = said.substr(at + kMark.size());
  return rest.substr(0, rest.find(' '));
}

void gather_unseen(const LoginTrace& trace, std::vector<Missing>& unseen) {
  for (const Gate& gate : trace.gates) {
    if (gate.result == GateResult::unknown)
      std::copy(gate.unknown.begin(), gate.unknown.end(), std::back_inserter(unseen));
  }
}

}  // namespace

Diagnosis diagnose(const WalkFacts& facts, std::span<const Check* const> checks) {
  Diagnosis diagnosis;
  diagnosis.target.kind = TargetKind::host;
  diagnosis.target.name = facts.client.typed;
  diagnosis.openssh = openssh_of(facts);
  diagnosis.logins.push_back(walk(facts));
  const Facts nothing;
  diagnosis.findings = Teller(facts, checks, nothing, diagnosis.logins).tell();
  gather_unseen(diagnosis.logins.front(), diagnosis.unseen);
  switch (diagnosis.logins.front().outcome) {
    case Outcome::refused: diagnosis.verdict = Standing::blocked; break;
    case Outcome::unknown: diagnosis.verdict = Standing::unknown; break;
    case Outcome::accepted: {
      const bool trouble = std::any_of(diagnosis.findings.begin(), diagnosis.findings.end(),
                                       [](const Finding& one) { return one.severity != Severity::notice; });
      diagnosis.verdict = trouble ? Standing::degraded : Standing::open;
      break;
    }
  }
  return diagnosis;
}

}  // namespace reentry
