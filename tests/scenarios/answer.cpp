#include "scenarios/answer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "login/cause.hpp"

namespace reentry {
namespace {

bool holds(const std::vector<std::string>& causes, Cause cause) {
  return std::find(causes.begin(), causes.end(), id_of(cause)) != causes.end();
}

std::string text_at(const nlohmann::json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() || !found->is_string() ? std::string() : found->get<std::string>();
}

}  // namespace

CheckAnswer answer_of(const Diagnosis& diagnosis) {
  CheckAnswer out;
  out.unknown = diagnosis.verdict == Standing::unknown;
  for (const Finding& finding : diagnosis.findings) {
    out.found.emplace_back(id_of(finding.cause));
    if (finding.severity == Severity::blocker) out.blockers.emplace_back(id_of(finding.cause));
  }
  for (const LoginTrace& trace : diagnosis.logins) {
    if (trace.outcome == Outcome::accepted) continue;
    for (const Gate& gate : trace.gates) {
      if (gate.result == GateResult::pass || gate.result == GateResult::skipped) continue;
      out.details += fmt::format("\n    {} {} {}: {}", trace.question.user, gate.id, name_of(gate.result),
                                 gate.detail.en);
    }
  }
  for (const Missing& missing : diagnosis.unseen) {
    out.details += fmt::format("\n    ? {} {}", missing.where, missing.detail);
  }
  return out;
}

Result<CheckAnswer> answer_of_report(std::string_view json) {
  const auto report = nlohmann::json::parse(json, nullptr, false);
  if (!report.is_object() || text_at(report, "schema") != "reentry.report/1") {
    return fail(ErrorKind::internal, "check --json", "gave no report");
  }
  CheckAnswer out;
  out.unknown = text_at(report, "verdict") == name_of(Standing::unknown);
  for (const auto& finding : report.at("findings")) {
    out.found.push_back(text_at(finding, "cause"));
    if (text_at(finding, "severity") == name_of(Severity::blocker)) out.blockers.push_back(out.found.back());
  }
  for (const auto& login : report.at("logins")) {
    if (text_at(login, "outcome") == name_of(Outcome::accepted)) continue;
    for (const auto& gate : login.at("gates")) {
      const std::string result = text_at(gate, "result");
      if (result == name_of(GateResult::pass) || result == name_of(GateResult::skipped)) continue;
      out.details += fmt::format("\n    {} {} {}: {}", text_at(login, "user"), text_at(gate, "gate"), result,
                                 text_at(gate, "detail"));
    }
  }
  for (const auto& missing : report.at("unseen")) {
    out.details += fmt::format("\n    ? {} {}", text_at(missing, "where"), text_at(missing, "detail"));
  }
  return out;
}

std::string disagreement(const lab::Scenario& scenario, const CheckAnswer& answer) {
  if (!scenario.refused) {
    if (!answer.blockers.empty())
      return fmt::format("harmless, but {} is called a blocker", answer.blockers.front());
    return answer.unknown && scenario.told != lab::Told::unknown ? "harmless, but the verdict is unknown"
                                                                 : std::string();
  }
  if (scenario.told == lab::Told::unknown) {
    return answer.unknown ? "" : "the host does not tell, but the verdict is not unknown";
  }
  const auto first = id_of(scenario.causes.front());
  if (scenario.told == lab::Told::beside) {
    return holds(answer.found, scenario.causes.front()) ? std::string()
                                                        : fmt::format("{} was not found", first);
  }
  if (answer.blockers.empty()) return fmt::format("no blocker; {} expected", first);
  if (answer.blockers.front() != first) {
    return fmt::format("first is {}; {} expected", answer.blockers.front(), first);
  }
  for (const Cause cause : scenario.causes) {
    if (!holds(answer.blockers, cause)) return fmt::format("{} was not found behind the first", id_of(cause));
  }
  return {};
}

}  // namespace reentry
