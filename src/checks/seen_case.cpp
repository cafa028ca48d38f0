#include "checks/seen_case.hpp"

#include <algorithm>

#include "base/shown.hpp"

namespace reentry {
namespace {

std::vector<std::string> names_of(const SeenObstacle& seen) {
  std::vector<std::string> names;
  for (const LoginTrace* trace : seen.traces) {
    if (std::find(names.begin(), names.end(), trace->question.user) == names.end())
      names.push_back(trace->question.user);
    if (names.size() > 64) break;
  }
  return names;
}

// Every login's user once, in the order of the logins; one user's logins follow each other.
std::vector<std::string> users_of(const SeenObstacle& seen) {
  std::vector<std::string> users;
  for (const LoginTrace* trace : seen.traces) {
    if (users.empty() || users.back() != trace->question.user) users.push_back(trace->question.user);
  }
  return users;
}

}  // namespace

std::string SeenCase::detail(std::string_view name) const {
  return shown(raw(name));
}

std::string SeenCase::detail(std::string_view name, std::string_view otherwise) const {
  return has(name) ? shown(raw(name)) : std::string(otherwise);
}

std::string SeenCase::user() const {
  if (has("user")) return detail("user");
  return seen.traces.empty() ? std::string() : shown(seen.traces.front()->question.user);
}

Text SeenCase::users() const {
  constexpr std::size_t kNamed = 3;
  const std::vector<std::string> names = names_of(seen);
  if (names.size() < 2) return say("{}", "{}", user());
  if (names.size() == 2) return say("{} and {}", "{} と {}", shown(names[0]), shown(names[1]));
  std::string first;
  const std::size_t shown_names = names.size() == kNamed + 1 ? kNamed + 1 : std::min(names.size(), kNamed);
  for (std::size_t i = 0; i < shown_names; ++i) first += (i == 0 ? "" : ", ") + shown(names[i]);
  const std::size_t more = users_of(seen).size() - std::min(users_of(seen).size(), shown_names);
  if (more == 0) return say("{}", "{}", first);
  return say("{} and {} more", "{} ほか {} 名", first, more);
}

const PasswdEntry* SeenCase::account() const {
  if (has("user")) {
    if (const PasswdEntry* user = input.facts.accounts.user(raw("user"))) return user;
  }
  return seen.traces.empty() ? nullptr : input.facts.accounts.user(seen.traces.front()->question.user);
}

std::string SeenCase::where() const {
  if (at.path.empty()) return "sshd";
  return at.line == 0 ? shown(at.path) : shown(at.path) + ":" + std::to_string(at.line);
}

std::string SeenCase::path() const {
  return has("path") ? detail("path") : shown(at.path);
}

namespace {

Finding finding_of(const CheckInput& input, const Check& check, const SeenObstacle& one, Severity severity,
                   TellFinding tell) {
  Finding finding;
  finding.cause = check.cause;
  finding.severity = severity;
  finding.certainty = one.obstacle->certain ? Certainty::certain : Certainty::likely;
  finding.locus = one.obstacle->at;
  finding.title = check.title.text();
  // What keeps the daemon itself from serving, or the machine from starting, is no matter of one user.
  const Stage stage = one.gate->stage;
  if (stage != Stage::service && stage != Stage::system && stage != Stage::cloud)
    finding.users = users_of(one);
  if (!one.obstacle->at.text.empty()) finding.evidence.push_back(one.obstacle->at);
  finding.evidence.insert(finding.evidence.end(), one.obstacle->evidence.begin(),
                          one.obstacle->evidence.end());
  // What is not there has no bytes to quote; where it was looked for proves it. A built-in default is sshd's.
  if (finding.evidence.empty()) finding.evidence.push_back(one.obstacle->at);
  if (finding.evidence.front().path.empty())
    finding.evidence.front() = {"process", "sshd", 0, finding.evidence.front().text};
  tell(SeenCase(input, one), finding);
  return finding;
}

}  // namespace

Verdict each_seen(const CheckInput& input, const Check& check, TellFinding tell) {
  const std::vector<SeenObstacle>& refusing = seen(input, check.cause);
  const std::vector<SeenObstacle>& passing = noted(input, check.cause);
  if (refusing.empty() && passing.empty()) return Fine{};
  std::vector<Finding> findings;
  findings.reserve(refusing.size() + passing.size());
  for (const SeenObstacle& one : refusing)
    findings.push_back(finding_of(input, check, one, Severity::blocker, tell));
  const Severity milder = check.severity == Severity::blocker ? Severity::notice : check.severity;
  for (const SeenObstacle& one : passing) findings.push_back(finding_of(input, check, one, milder, tell));
  return findings;
}

}  // namespace reentry
