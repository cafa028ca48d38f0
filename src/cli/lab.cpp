#include "cli/lab.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <thread>

#include "base/shown.hpp"
#include "base/text.hpp"
#include "cli/lab_output.hpp"
#include "cli/lab_run.hpp"
#include "cli/target.hpp"
#include "lab/prove.hpp"

namespace reentry::cli {
namespace {

using lab::LabHost;
using lab::LoginRequest;
using lab::Scenario;

std::string login_words(const LoginRequest& login) {
  std::string words = login.user;
  if (!login.key.empty()) words += fmt::format(" key={}", login.key);
  if (!login.certificate.empty()) words += fmt::format(" cert={}", login.certificate);
  if (login.password) words += " password";
  if (login.from != lab::kClientAddress) words += fmt::format(" from={}", login.from);
  return words;
}

std::string padded(std::string text, size_t width) {
  const auto used = columns(text);
  if (used < width) text.append(width - used, ' ');
  return text;
}

std::string cause_words(const Scenario& scenario) {
  return scenario.causes.empty() ? "-" : std::string(id_of(scenario.causes.front()));
}

nlohmann::ordered_json lines_of(std::string_view text) {
  nlohmann::ordered_json lines = nlohmann::ordered_json::array();
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    if (end > 0) lines.push_back(shown(text.substr(0, end), 0));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

void list_as_json(const std::vector<Scenario>& scenarios) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const auto& scenario : scenarios) {
    nlohmann::ordered_json causes = nlohmann::ordered_json::array();
    for (const auto cause : scenario.causes) causes.push_back(id_of(cause));
    list.push_back({{"scenario", scenario.id},
                    {"title", scenario.title.en},
                    {"title_ja", scenario.title.ja},
                    {"login", login_words(scenario.login)},
                    {"refused", scenario.refused},
                    {"causes", causes},
                    {"suite", scenario.suite},
                    {"bed", lab::name_of(scenario.bed)},
                    {"when", scenario.when == lab::When::now ? "now" : "reboot"}});
  }
  nlohmann::ordered_json hosts = nlohmann::ordered_json::array();
  for (const auto& host : lab::kept_hosts()) hosts.push_back({{"host", host.name}, {"root", host.root}});
  const nlohmann::ordered_json report = {{"schema", "reentry.lab/1"}, {"scenarios", list}, {"hosts", hosts}};
  fmt::print("{}\n", report.dump(2));
}

int list(const LabOptions& options) {
  const auto scenarios = lab::all_scenarios();
  if (!scenarios) return complain(scenarios.error());
  if (options.common.json) return list_as_json(*scenarios), 0;
  const auto language = options.common.language;
  size_t id_width = 0;
  size_t login_width = 0;
  size_t cause_width = 0;
  for (const auto& scenario : *scenarios) {
    id_width = std::max(id_width, scenario.id.size());
    login_width = std::max(login_width, login_words(scenario.login).size());
    cause_width = std::max(cause_width, cause_words(scenario).size());
  }
  for (const auto& scenario : *scenarios) {
    fmt::print("{}  {}  {}  {}\n", padded(scenario.id, id_width),
               padded(login_words(scenario.login), login_width), padded(cause_words(scenario), cause_width),
               scenario.title.in(language));
  }
  for (const auto& host : lab::kept_hosts()) {
    print(say("running: {}, its disk is at {}, it ends with `reentry lab end {}`",
              "起動中: {}(ディスクは {}、終了は `reentry lab end {}`)", host.name, host.root, host.name),
          language);
  }
  return 0;
}

nlohmann::ordered_json proof_as_json(const Scenario& scenario, const lab::Proof& proof) {
  return {{"scenario", scenario.id},
          {"holds", proof.holds},
          {"why_not", proof.why_not},
          {"client", lines_of(proof.client)},
          {"server", lines_of(proof.server)}};
}

void tell_proof(const Scenario& scenario, const lab::Proof& proof, const LabOptions& options) {
  const auto language = options.common.language;
  if (!proof.holds) {
    fmt::print("FAIL {}: {}\n", scenario.id, shown(proof.why_not, 0));
  } else if (!options.common.quiet) {
    fmt::print("ok   {}\n", scenario.id);
  }
  if (options.common.verbose || !proof.holds) {
    print(say("  the client:", "  クライアント:"), language);
    print_said(proof.client);
    print(say("  the server:", "  サーバー:"), language);
    print_said(proof.server);
  }
  std::fflush(stdout);
}

int prove(const LabOptions& options) {
  std::vector<Scenario> scenarios;
  for (const auto& name : options.names) {
    auto scenario = lab::find_scenario(name);
    if (!scenario) return complain(scenario.error());
    scenarios.push_back(std::move(*scenario));
  }
  if (options.names.empty()) {
    auto all = lab::all_scenarios();
    if (!all) return complain(all.error());
    scenarios = std::move(*all);
  }
  for (const auto& scenario : scenarios) {
    if (const auto tree = tree_for(scenario, options); !tree) return complain(tree.error());
  }
  size_t held = 0;
  nlohmann::ordered_json proofs = nlohmann::ordered_json::array();
  const auto jobs = std::clamp(std::thread::hardware_concurrency(), 1U, 8U);
  lab::prove_all(scenarios, jobs, [&](const Scenario& scenario, const lab::Proof& proof) {
    if (proof.holds) ++held;
    if (options.common.json) proofs.push_back(proof_as_json(scenario, proof));
    if (!options.common.json) tell_proof(scenario, proof, options);
  });
  if (options.common.json) {
    const nlohmann::ordered_json report = {{"schema", "reentry.lab/1"}, {"proofs", proofs}};
    fmt::print("{}\n", report.dump(2));
  } else {
    print(say("{} of {} scenarios hold against the real sshd.",
              "{}/{} 件のシナリオが実物の sshd で確認できました。", held, scenarios.size()),
          options.common.language);
  }
  return held == scenarios.size() ? 0 : 1;
}

int restart(const LabOptions& options) {
  if (options.names.size() != 1)
    return complain({ErrorKind::usage, "lab restart", "takes the name of one host"});
  auto host = LabHost::attach(options.names.front());
  if (!host) return complain(host.error());
  // systemd restarts its unit; a socket that starts it goes on listening.
  if (host->bed() != lab::Bed::systemd) host->stop_sshd();
  const auto state = host->start_sshd();
  if (!state) return complain(state.error());
  if (state->running) return 0;
  print(say("sshd did not start:", "sshd は起動しませんでした:"), options.common.language);
  print_said(state->said);
  return 1;
}

int end(const LabOptions& options) {
  auto names = options.names;
  if (names.empty()) {
    for (const auto& host : lab::kept_hosts()) names.push_back(host.name);
  }
  for (const auto& name : names) {
    if (const auto ended = lab::end_host(name); !ended) return complain(ended.error());
  }
  return 0;
}

}  // namespace

int run_lab(const LabOptions& options) {
  if (options.action.empty() || options.action == "list") return list(options);
  if (options.action == "run") return run_scenario(options);
  if (options.action == "prove") return prove(options);
  if (options.action == "restart") return restart(options);
  if (options.action == "end") return end(options);
  return complain(
      {ErrorKind::usage, "lab " + options.action, "the lab knows list, run, prove, restart and end"});
}

}  // namespace reentry::cli
