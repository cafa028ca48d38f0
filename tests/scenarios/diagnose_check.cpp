// Every lab scenario as its client sees it: the real ssh and `diagnose` walk to the same host from the same
// place. The stage at which diagnose says that the login ends must be the one at which ssh ended, and the
// scenario's cause must be among those that it names; where the login works nothing may be called a blocker.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "lab/base_tree.hpp"
#include "lab/host.hpp"
#include "lab/prove.hpp"
#include "lab/scenario.hpp"
#include "scenarios/answer.hpp"
#include "scenarios/selection.hpp"

namespace reentry {
namespace {

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// What the words of `ssh -v` say of the furthest stage (ssh.c, sshconnect.c, sshconnect2.c, clientloop.c).
std::string stage_of_client(std::string_view said) {
  if (has(said, "Authenticated to")) return "session";
  if (has(said, "SSH2_MSG_SERVICE_ACCEPT received")) return "auth";
  if (has(said, "SSH2_MSG_NEWKEYS received")) return "auth";
  if (has(said, "Host key verification failed")) return "hostkey";
  if (has(said, "SSH2_MSG_KEXINIT sent")) return "kex";
  if (has(said, "Connection established")) return "banner";
  return "network";
}

struct Seen {
  std::string verdict;
  std::string gate;   // the first that refuses
  std::string stage;  // of that gate
  std::vector<std::string> causes;
  std::vector<std::string> blockers;
  std::string detail;
};

Result<Seen> seen_in(const std::string& text) {
  const auto report = nlohmann::json::parse(text, nullptr, false);
  if (!report.is_object()) return fail(ErrorKind::internal, "diagnose --json", "gave no report: " + text);
  Seen out;
  out.verdict = report.at("verdict").get<std::string>();
  for (const auto& login : report.at("logins")) {
    for (const auto& gate : login.at("gates")) {
      if (gate.at("result") != "refuse" || !out.gate.empty()) continue;
      out.gate = gate.at("gate").get<std::string>();
      out.stage = gate.at("stage").get<std::string>();
      out.detail = gate.at("detail").get<std::string>();
    }
  }
  for (const auto& finding : report.at("findings")) {
    out.causes.push_back(finding.at("cause").get<std::string>());
    if (finding.at("severity") == "blocker") out.blockers.push_back(out.causes.back());
  }
  return out;
}

Result<Seen> diagnose_from_client(lab::LabHost& host, const lab::LoginRequest& login) {
  lab::Program program;
  program.argv = {REENTRY_PROGRAM, "diagnose", "--json", "--timeout", "7"};
  for (const std::string& word : host.client_words(login)) program.argv.push_back(word);
  program.limit = std::chrono::seconds(60);
  TRY(const lab::Ran ran, host.run_as_client(program));
  auto seen = seen_in(ran.out);
  if (!seen) return fail(ErrorKind::internal, "diagnose", fmt::format("status {}: {}", ran.status, ran.err));
  return seen;
}

// Where sshd dies of a key that it had just taken, its yes may come through or not.
bool same_stage(const std::string& mine, const std::string& ssh, std::string_view said) {
  return mine == ssh || (mine == "hostkey" && ssh == "kex") ||
         (mine == "session" && ssh == "auth" && has(said, "Server accepts key"));
}

Result<std::string> compare(const lab::Scenario& scenario, lab::LabHost& host) {
  lab::Program ssh;
  ssh.argv = {"ssh", "-v"};
  for (const std::string& word : host.client_words(scenario.login)) ssh.argv.push_back(word);
  ssh.argv.emplace_back("true");
  TRY(const lab::Ran ran, host.run_as_client(ssh));
  TRY(const Seen seen, diagnose_from_client(host, scenario.login));
  if (ran.status == 0) {
    if (seen.blockers.empty()) return std::string();
    return fmt::format("ssh gets in, but {} is called a blocker ({})", seen.blockers.front(), seen.detail);
  }
  const std::string stage = stage_of_client(ran.err);
  if (seen.stage.empty()) return fmt::format("ssh ends at {}, diagnose says {}", stage, seen.verdict);
  if (!same_stage(seen.stage, stage, ran.err))
    return fmt::format("ssh ends at {}, diagnose at {}: {}", stage, seen.gate, seen.detail);
  if (scenario.causes.empty()) return std::string();
  const std::string_view wanted = id_of(scenario.causes.front());
  if (std::find(seen.causes.begin(), seen.causes.end(), wanted) == seen.causes.end())
    return fmt::format("{} is not among the causes named at {}", wanted, seen.gate);
  return std::string();
}

Result<std::string> judge(const lab::Scenario& scenario) {
  TRY(const lab::BaseTree base, lab::base_tree(scenario.suite));
  TRY(lab::LabHost host, lab::broken_host(base, scenario));
  TRY(const std::string first, compare(scenario, host));
  // What a host starts late, a ban among it, may come between the two.
  return first.empty() ? first : compare(scenario, host);
}

bool takes_part(const lab::Scenario& scenario) {
  // With one process too few each connection ends where it happens to need one more.
  if (scenario.id == "os-task-limit-shell") return false;
  return scenario.when == lab::When::now && scenario.login.want == lab::Want::command &&
         !scenario.login.key.empty() && !scenario.login.password && scenario.refused;
}

}  // namespace
}  // namespace reentry

// Usage: diagnose_check [--every N] [NAME...]; of the scenarios that take part each Nth alone.
int main(int argc, char** argv) {
  std::vector<std::string> names{argv + 1, argv + argc};
  std::size_t every = 1;
  if (names.size() >= 2 && names.front() == "--every") {
    every = std::max<std::size_t>(1, std::strtoul(names[1].c_str(), nullptr, 10));
    names.erase(names.begin(), names.begin() + 2);
  }
  std::size_t number = 0;
  const auto takes_part = [every, &number](const reentry::lab::Scenario& scenario) {
    return reentry::takes_part(scenario) && number++ % every == 0;
  };
  return reentry::run_scenarios("diagnose", names, takes_part, reentry::judge);
}
