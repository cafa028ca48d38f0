// Whether sshd starts at all: sshd.c:main up to the point where it listens, and what the kernel, the dynamic
// loader and the unit ask for before main() is reached.
#include <algorithm>
#include <string>

#include "base/shown.hpp"
#include "facts/absent_file.hpp"
#include "login/exhibits.hpp"
#include "login/gates.hpp"
#include "login/host_keys.hpp"
#include "login/labels.hpp"
#include "login/running_gate.hpp"
#include "login/strict_modes.hpp"
#include "login/unit_gate.hpp"

namespace reentry {
namespace {

std::string_view word_of(ProgramState state) {
  switch (state) {
    case ProgramState::fine: return "fine";
    case ProgramState::absent: return "absent";
    case ProgramState::not_regular: return "not-regular";
    case ProgramState::not_executable: return "not-executable";
    case ProgramState::empty: return "empty";
    case ProgramState::damaged: return "damaged";
    case ProgramState::unknown: return "unknown";
  }
  return "unknown";
}

Text sentence_of(const ProgramFact& program) {
  const std::string path = shown(program.path.asked.str());
  switch (program.state) {
    case ProgramState::absent: return say("{} does not exist", "{} が存在しません", path);
    case ProgramState::not_regular:
      return say("{} is no regular file", "{} は通常のファイルではありません", path);
    case ProgramState::not_executable: return say("{} is not executable", "{} に実行権がありません", path);
    case ProgramState::empty: return say("{} is empty", "{} が空です", path);
    case ProgramState::damaged:
      return Text{fmt::format("{} is damaged: {}", path, program.reason),
                  fmt::format("{} が壊れているか、途中で切れています", path)};
    case ProgramState::fine:
    case ProgramState::unknown: break;
  }
  return say("{} could not be judged", "{} を確認できませんでした", path);
}

void judge_program(const ProgramFact& program, Cause absent, Cause broken, const Facts& facts, Gate& gate) {
  if (program.state == ProgramState::fine && !program.script) return;
  if (program.state == ProgramState::unknown || program.script) {
    gate.unknown.push_back(program.script
                               ? Missing{Why::not_asked, program.path.asked.str(), "what this script runs"}
                               : program.missing);
    return;
  }
  Obstacle obstacle;
  obstacle.cause = program.state == ProgramState::absent ? absent : broken;
  obstacle.at = {"file", program.path.asked.str(), 0, {}};
  if (program.path.found()) {
    describe_node(program.path.node(), facts.accounts, obstacle);
  } else {
    obstacle.details.emplace_back("path", program.path.asked.str());
  }
  obstacle.details.emplace_back("problem", word_of(program.state));
  if (!program.reason.empty()) obstacle.details.emplace_back("reason", program.reason);
  gate.obstacles.push_back(std::move(obstacle));
  if (gate.detail.empty()) gate.detail = sentence_of(program);
}

std::string_view word_of(LibraryProblem problem) {
  switch (problem) {
    case LibraryProblem::missing: return "missing";
    case LibraryProblem::damaged: return "damaged";
    case LibraryProblem::version: return "version";
    case LibraryProblem::not_executable: return "not-executable";
  }
  return "missing";
}

// The loader's own words, as far as they are known from here.
std::string loader_message(const LibraryFault& fault) {
  switch (fault.problem) {
    case LibraryProblem::missing:
      return fault.name + ": cannot open shared object file: No such file or directory";
    case LibraryProblem::damaged: return fault.path + ": " + fault.reason;
    case LibraryProblem::version:
      return fault.path + ": version `" + fault.wanted + "' not found (required by " + fault.wanted_by + ")";
    case LibraryProblem::not_executable: return fault.path + ": Permission denied";
  }
  return fault.name;
}

void judge_libraries(const ServiceFacts& service, Gate& gate) {
  for (const LibraryFault& fault : service.library_faults) {
    // sshd's programs share their libraries, and one that is too old lacks many versions: it is one fact.
    const bool told =
        std::any_of(gate.obstacles.begin(), gate.obstacles.end(), [&fault](const Obstacle& known) {
          return known.cause == Cause::service_library_missing && known.detail("library") == fault.name;
        });
    if (told) continue;
    const std::string message = loader_message(fault);
    Obstacle obstacle;
    obstacle.cause = Cause::service_library_missing;
    obstacle.at = {"file", fault.path.empty() ? fault.wanted_by : fault.path, 0, message};
    obstacle.details = {{"library", fault.name},      {"problem", std::string(word_of(fault.problem))},
                        {"program", fault.program},   {"wanted_by", fault.wanted_by},
                        {"library_path", fault.path}, {"wanted", fault.wanted},
                        {"reason", fault.reason},     {"message", message}};
    gate.obstacles.push_back(std::move(obstacle));
    if (gate.detail.empty()) {
      gate.detail = say("the loader ends {}: {}", "動的リンカーが {} を終了させます: {}",
                        shown(fault.program), shown(message));
    }
  }
  gate.unknown.insert(gate.unknown.end(), service.libraries_unknown.begin(), service.libraries_unknown.end());
}

Gate binary_gate(const Facts& facts) {
  constexpr std::string_view kId = "service/binary";
  const ServiceFacts& service = facts.service;
  if (!service.collected) {
    return unknown_gate(kId, {{Why::not_asked, "/usr/sbin/sshd", {}}},
                        say("the program was not looked at", "プログラムを調べていません"));
  }
  Gate gate = gate_of(kId, GateResult::pass);
  judge_program(service.sshd, Cause::service_sshd_missing, Cause::service_sshd_damaged, facts, gate);
  judge_libraries(service, gate);
  for (const ProgramFact& helper : service.helpers) {
    judge_program(helper, Cause::service_session_binary_missing, Cause::service_session_binary_missing, facts,
                  gate);
  }
  settle(gate);
  if (gate.result == GateResult::unknown) gate.detail = sentence_of(service.sshd);
  return gate;
}

bool is_address_problem(const ConfigProblem& problem) {
  return problem.message.starts_with("bad addr or host");
}

// Where the unit has an option of the command line: `/etc/default/ssh:3`.
Exhibit argument_exhibit(const Facts& facts, const std::string& option) {
  for (const auto& [text, where] : facts.arguments.options) {
    const std::size_t colon = where.rfind(':');
    if (text != option || colon == std::string::npos) continue;
    std::size_t line = 0;
    for (const char digit : where.substr(colon + 1)) {
      if (digit < '0' || digit > '9' || line > 1'000'000) break;
      line = line * 10 + static_cast<std::size_t>(digit - '0');
    }
    Exhibit exhibit = file_exhibit(facts, where.substr(0, colon), line);
    if (exhibit.text.empty()) exhibit.text = option;
    return exhibit;
  }
  if (facts.arguments.source.empty()) return {"process", "sshd", 0, option};
  return {"file", facts.arguments.source, 0, option};
}

Obstacle config_obstacle(const Facts& facts, const ConfigProblem& problem, Cause cause) {
  Obstacle obstacle;
  obstacle.cause = cause;
  obstacle.at = {"file", problem.at.file, problem.at.line, problem.text};
  if (obstacle.at.text.empty()) obstacle.at.text = config_exhibit(facts, problem.at).text;
  const bool command_line = problem.at.file == "command-line";
  if (command_line) obstacle.at = argument_exhibit(facts, problem.text);
  obstacle.details = {{"message", problem.message},
                      {"keyword", problem.keyword},
                      {"exit_status", std::to_string(problem.exit_status)},
                      {"stops", problem.stops ? "yes" : "no"},
                      {"command_line", command_line ? "yes" : "no"}};
  if (!problem.preface.empty()) obstacle.details.emplace_back("preface", problem.preface);
  return obstacle;
}

Obstacle obstacle_of(const Facts& facts, const ConfigProblem& problem) {
  const std::string absent = absent_file(problem);
  if (!absent.empty() && absent == facts.config.main_file.str()) {
    Obstacle obstacle = config_obstacle(facts, problem, Cause::service_config_missing);
    obstacle.at = {"file", absent, 0, {}};
    return obstacle;
  }
  if (!absent.empty()) {
    Obstacle obstacle = config_obstacle(facts, problem, Cause::service_config_include_broken);
    obstacle.details.emplace_back("path", absent);
    return obstacle;
  }
  return config_obstacle(
      facts, problem,
      is_address_problem(problem) ? Cause::service_listen_address : Cause::service_config_syntax);
}

void judge_main_file(const Facts& facts, Gate& gate) {
  const FileFact* file = facts.paths.find(facts.config.main_file);
  if (file == nullptr || file->path.end != PathEnd::loop) return;
  gate.obstacles.push_back({Cause::service_config_unreadable,
                            {"file", facts.config.main_file.str(), 0, {}},
                            {},
                            {{"why", "Too many levels of symbolic links"}}});
  gate.detail = say("{} is a loop of symbolic links", "{} はシンボリックリンクが循環しています",
                    facts.config.main_file.str());
}

bool ends_with_label(std::string_view host, std::string_view label) {
  return host.size() >= label.size() && host.substr(host.size() - label.size()) == label;
}

// servconf.c:add_one_listen_addr resolves while it reads: a name that nobody knows is a configuration error.
void judge_listen_names(const Facts& facts, const EffectiveConfig& startup, Gate& gate) {
  const Setting& addresses = startup["listenaddress"];
  for (std::size_t i = 0; i < addresses.values.size(); ++i) {
    const std::string& value = addresses.values[i];
    const std::string host = value.substr(0, value.rfind(':'));
    const bool name = host.find_first_not_of("0123456789.") != std::string::npos &&
                      host.find_first_of("[/:") == std::string::npos;
    if (!name || host == "localhost") continue;
    const std::vector<std::string>& known = facts.service.names_in_hosts;
    if (std::find(known.begin(), known.end(), host) != known.end()) continue;
    const ConfigOrigin& origin = i < addresses.all.size() ? addresses.all[i] : addresses.at;
    // RFC 6761: nobody will ever answer for it.
    if (ends_with_label(host, ".invalid")) {
      Obstacle obstacle{Cause::service_listen_address, config_exhibit(facts, origin), {}, {}};
      obstacle.details = {{"address", host},
                          {"reason", "bad addr or host: " + host + " (Name or service not known)"}};
      gate.obstacles.push_back(std::move(obstacle));
      if (gate.detail.empty()) {
        gate.detail = say("ListenAddress names {}, which does not resolve",
                          "ListenAddress の {} は名前解決できません", shown(host));
      }
    } else {
      gate.unknown.push_back({Why::offline, origin.file, "the address of " + shown(host)});
    }
  }
}

Gate config_gate(const Facts& facts, const EffectiveConfig& startup) {
  Gate gate = gate_of("service/config", GateResult::pass);
  for (const ConfigProblem& problem : facts.config.problems) {
    if (problem.severity == ConfigSeverity::warning) continue;
    gate.obstacles.push_back(obstacle_of(facts, problem));
    if (problem.stops || gate.detail.empty()) {
      const Exhibit& at = gate.obstacles.back().at;
      gate.detail = at.line == 0
                        ? say("{}", "{}", shown(problem.message))
                        : say("{}:{}: {}", "{}:{}: {}", shown(at.path), at.line, shown(problem.message));
    }
  }
  judge_main_file(facts, gate);
  judge_listen_names(facts, startup, gate);
  for (const ConfigProblem& problem : contradictions(facts.config, startup, facts.ssh)) {
    const Cause cause =
        is_address_problem(problem) ? Cause::service_listen_address : Cause::service_config_contradiction;
    gate.obstacles.push_back(config_obstacle(facts, problem, cause));
    if (gate.detail.empty()) gate.detail = say("{}", "{}", shown(problem.message));
  }
  gate.unknown.insert(gate.unknown.end(), facts.config.unread.begin(), facts.config.unread.end());
  settle(gate);
  if (gate.result == GateResult::unknown) {
    gate.detail = say("part of the configuration could not be read", "設定の一部を読めませんでした");
  }
  return gate;
}

// Where nobody can be found, sshd's own account is only the first that it misses.
Obstacle why_no_account(const AccountFacts& accounts, const std::string& name) {
  const NssDatabase& database = accounts.nss_passwd;
  if (!database.asks_files()) {
    return {Cause::system_nsswitch,
            nsswitch_exhibit(accounts, database),
            {},
            {{"user", name}, {"database", "passwd"}, {"services", joined(database.services)}}};
  }
  const Exhibit passwd{"file", "/etc/passwd", 0, {}};
  if (!accounts.passwd) return {Cause::system_passwd_unreadable, passwd, {}, {{"user", name}}};
  if (accounts.passwd->empty() && accounts.bad_passwd_lines.empty()) {
    return {Cause::system_passwd_unreadable, passwd, {}, {{"user", name}, {"why", "empty"}}};
  }
  return {Cause::service_privsep_user_missing, passwd, {}, {{"account", name}}};
}

void judge_privsep_user(const Facts& facts, Gate& gate) {
  const AccountFacts& accounts = facts.accounts;
  const std::string& name = facts.ssh.privsep_user;
  if (accounts.user(name) != nullptr && accounts.nss_passwd.asks_files()) return;
  const bool absent = accounts.passwd.has_value() || accounts.passwd.is_absent();
  if (!absent) {
    gate.unknown.push_back(accounts.passwd.missing());
    return;
  }
  if (accounts.nss_passwd.beyond_files()) {
    gate.unknown.push_back({Why::offline, "/etc/nsswitch.conf", joined(accounts.nss_passwd.services)});
    return;
  }
  gate.obstacles.push_back(why_no_account(accounts, name));
  gate.detail = say("the account {} does not exist", "アカウント {} が存在しません", shown(name));
}

// A directory below /run is made anew by the service manager at each start: RuntimeDirectory=, tmpfiles.d. An
// sshd that runs needs it for each connection.
void judge_privsep_directory(const Facts& facts, When when, Gate& gate) {
  const HostPath directory(facts.ssh.privsep_directory);
  if (facts.ssh.privsep_directory.empty()) {
    gate.unknown.push_back({Why::not_asked, "sshd", "the directory that this build locks itself into"});
    return;
  }
  const bool made_anew = directory.is_within(HostPath("/run")) || directory.is_within(HostPath("/var/run"));
  if (made_anew && (when != When::now || !listens_in_vain(facts))) return;
  const PathFact& fact = facts.service.privsep_directory;
  Obstacle obstacle;
  obstacle.cause = Cause::service_privsep_directory;
  obstacle.at = {"file", directory.str(), 0, {}};
  if (fact.end == PathEnd::denied || fact.end == PathEnd::failed) {
    gate.unknown.push_back(fact.missing());
    return;
  }
  if (!fact.found()) {
    obstacle.details = {{"path", directory.str()}, {"problem", "absent"}};
    gate.detail = say("{} does not exist", "{} が存在しません", directory.str());
    gate.obstacles.push_back(std::move(obstacle));
    return;
  }
  const FileStat& stat = fact.node().stat;
  const bool is_directory = stat.type == FileType::directory;
  if (is_directory && stat.uid == 0 && (stat.mode & 0022U) == 0) return;
  describe_node(fact.node(), facts.accounts, obstacle);
  obstacle.details.emplace_back("problem", is_directory ? "unsafe" : "not-a-directory");
  gate.detail =
      say("{} must be a directory of root that nobody else may write to",
          "{} は root が所有し、他者が書き込めないディレクトリである必要があります", directory.str());
  gate.obstacles.push_back(std::move(obstacle));
}

Gate privsep_gate(const Facts& facts, When when) {
  Gate gate = gate_of("service/privsep", GateResult::pass);
  judge_privsep_user(facts, gate);
  if (facts.service.collected) judge_privsep_directory(facts, when, gate);
  settle(gate);
  if (gate.result == GateResult::unknown) {
    gate.detail = say("sshd's own account or directory could not be judged",
                      "sshd 専用のアカウントまたはディレクトリを確認できませんでした");
  }
  return gate;
}

}  // namespace

std::vector<Gate> service_gates(const Facts& facts, const EffectiveConfig& startup, When when) {
  std::vector<Gate> gates;
  gates.push_back(unit_gate(facts, when));
  gates.push_back(binary_gate(facts));
  gates.push_back(config_gate(facts, startup));
  gates.push_back(privsep_gate(facts, when));
  for (Gate& gate : label_gates(facts, startup, when)) gates.push_back(std::move(gate));
  gates.push_back(host_keys_gate(facts, startup));
  if (when == When::now && facts.running.collected) lift_for_running(facts, gates);
  gates.push_back(account_labels_gate(facts, startup, when));
  return gates;
}

}  // namespace reentry
