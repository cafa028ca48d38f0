#include "lab/scenario.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "lab/posix.hpp"

namespace reentry::lab {
namespace {

constexpr std::string_view kPrepareLine = "--- prepare";
constexpr std::string_view kBreakLine = "--- break";

struct Draft {
  Scenario scenario;
  bool has_after = false;
  bool has_fix = false;
};

std::pair<std::string_view, std::string_view> split_at(std::string_view text, char separator) {
  const auto at = text.find(separator);
  if (at == std::string_view::npos) return {trimmed(text), {}};
  return {trimmed(text.substr(0, at)), trimmed(text.substr(at + 1))};
}

// One word of a login after the user's name. The reason why it is wrong; empty: taken.
std::string take_login_word(std::string_view word, LoginRequest& login) {
  const auto [name, value] = split_at(word, '=');
  if (name == "key") {
    login.key = value.empty() ? "ed25519" : value;
  } else if (name == "cert") {
    login.certificate = value;
  } else if (name == "password") {
    login.password = value.empty() ? login.user + "-pw" : std::string(value);
    if (value == "empty") login.password->clear();
  } else if (name == "from") {
    login.from = value;
  } else if (name == "port") {
    const auto result = std::from_chars(value.data(), value.data() + value.size(), login.port);
    if (result.ec != std::errc{} || login.port < 1 || login.port > 65535) return "port= takes 1 to 65535";
  } else if (name == "want") {
    constexpr std::pair<std::string_view, Want> kWants[] = {
        {"command", Want::command}, {"shell", Want::shell}, {"sftp", Want::sftp}, {"forward", Want::forward}};
    const auto* const found =
        std::find_if(std::begin(kWants), std::end(kWants),
                     [&, wanted = value](const auto& each) { return each.first == wanted; });
    if (found == std::end(kWants)) return "want= takes command, shell, sftp or forward";
    login.want = found->second;
  } else {
    return fmt::format("a login knows key=, cert=, password, from=, port= and want=, not '{}'", word);
  }
  return {};
}

// `alice key=ed25519 from=203.0.113.5`
std::string take_login(std::string_view text, LoginRequest& login) {
  auto [user, rest] = split_at(text, ' ');
  login = LoginRequest{};
  login.user = user;
  if (user.empty()) return "a login starts with the user's name";
  while (!rest.empty()) {
    const auto [word, others] = split_at(rest, ' ');
    if (auto wrong = take_login_word(word, login); !wrong.empty()) return wrong;
    rest = others;
  }
  if (login.key.empty() && !login.password) return "a login needs key= or password";
  return {};
}

std::string take_fix(std::string_view value, Draft& draft) {
  constexpr std::pair<std::string_view, FixReach> kReaches[] = {{"none", FixReach::none},
                                                                {"safe", FixReach::safe},
                                                                {"choice", FixReach::choice},
                                                                {"manual", FixReach::manual}};
  for (const auto& [name, reach] : kReaches) {
    if (name != value) continue;
    draft.scenario.fix = reach;
    draft.has_fix = true;
    return {};
  }
  return "fix: takes safe, choice, manual or none";
}

std::string take_told(std::string_view value, Scenario& scenario) {
  if (value == "blocker") return scenario.told = Told::blocker, std::string();
  if (value == "beside") return scenario.told = Told::beside, std::string();
  if (value == "unknown") return scenario.told = Told::unknown, std::string();
  return "told: takes blocker, beside or unknown";
}

std::string take_bed(std::string_view value, Scenario& scenario) {
  for (const Bed bed : {Bed::disk, Bed::live, Bed::systemd}) {
    if (value == name_of(bed)) return scenario.bed = bed, std::string();
  }
  return "bed: takes disk, live or systemd";
}

std::string take_when(std::string_view value, Scenario& scenario) {
  if (value == "now") return scenario.when = When::now, std::string();
  if (value == "reboot") return scenario.when = When::reboot, std::string();
  return "when: takes now or reboot";
}

std::string take_cause(std::string_view value, bool first, Scenario& scenario) {
  const auto cause = cause_of(value);
  if (!cause) return fmt::format("there is no cause '{}'", value);
  if (first && !scenario.causes.empty()) return "cause: stands once and before also:";
  if (!first && scenario.causes.empty()) return "also: stands after cause:";
  scenario.causes.push_back(*cause);
  return {};
}

// One line of the head. The reason why it is wrong; empty: taken.
std::string take_head_line(std::string_view line, Draft& draft) {
  auto& scenario = draft.scenario;
  if (line.starts_with('#')) {
    const auto words = trimmed(line.substr(1));
    if (!scenario.why.empty() && !words.empty()) scenario.why += ' ';
    scenario.why += words;
    return {};
  }
  const auto [name, value] = split_at(line, ':');
  if (value.empty()) return "a line of the head is NAME: VALUE, a comment or a line of ---";
  if (name == "title") return scenario.title.en = value, std::string();
  if (name == "title-ja") return scenario.title.ja = value, std::string();
  if (name == "login") return take_login(value, scenario.login);
  if (name == "after") return draft.has_after = true, take_login(value, scenario.after);
  if (name == "cause") return take_cause(value, true, scenario);
  if (name == "also") return take_cause(value, false, scenario);
  if (name == "fix") return take_fix(value, draft);
  if (name == "told") return take_told(value, scenario);
  if (name == "bed") return take_bed(value, scenario);
  if (name == "when") return take_when(value, scenario);
  if (name == "suite") {
    scenario.suite = value;
    const auto& known = suites();
    return std::find(known.begin(), known.end(), value) != known.end()
               ? ""
               : fmt::format("suite: takes {}", fmt::join(known, ", "));
  }
  if (name == "expect") {
    scenario.refused = value == "refused";
    return value == "refused" || value == "accepted" ? "" : "expect: takes refused or accepted";
  }
  return fmt::format("there is no '{}:' in a scenario", name);
}

// What a whole file lacks; empty: nothing.
std::string_view missing_from(const Draft& draft) {
  const auto& scenario = draft.scenario;
  if (scenario.title.en.empty() || scenario.title.ja.empty()) return "title: and title-ja: are missing";
  if (scenario.why.empty()) return "a comment that says why is missing";
  if (scenario.login.user.empty()) return "login: is missing";
  if (scenario.break_it.empty()) return "--- break is missing";
  if (scenario.refused && scenario.causes.empty() && scenario.told != Told::unknown)
    return "cause: is missing";
  if (scenario.refused && !draft.has_fix) return "fix: is missing";
  if (scenario.bed == Bed::systemd && scenario.suite != kSystemdSuite) return "that suite has no systemd";
  if (scenario.bed != Bed::systemd && scenario.when == When::reboot) return "when: reboot needs bed: systemd";
  return {};
}

}  // namespace

Result<Scenario> parse_scenario(std::string_view id, std::string_view text) {
  Draft draft;
  draft.scenario.id = id;
  std::string* script = nullptr;
  int number = 0;
  const auto wrong = [&](std::string_view reason) {
    return fail(ErrorKind::usage, fmt::format("{}.scenario:{}", id, number), std::string(reason));
  };
  while (!text.empty()) {
    ++number;
    const auto end = std::min(text.find('\n'), text.size());
    const auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line == kPrepareLine) {
      script = &draft.scenario.prepare;
    } else if (line == kBreakLine) {
      script = &draft.scenario.break_it;
    } else if (script != nullptr) {
      script->append(line).append("\n");
    } else if (!trimmed(line).empty()) {
      if (const auto reason = take_head_line(trimmed(line), draft); !reason.empty()) return wrong(reason);
    }
  }
  if (draft.scenario.suite.empty()) {
    draft.scenario.suite = draft.scenario.bed == Bed::systemd ? kSystemdSuite : suites().front();
  }
  if (const auto lacking = missing_from(draft); !lacking.empty()) return wrong(lacking);
  if (!draft.has_after) draft.scenario.after = draft.scenario.login;
  return std::move(draft.scenario);
}

Result<std::vector<Scenario>> all_scenarios() {
  std::vector<Scenario> result;
  for (const auto& file : scenario_files()) {
    TRY(auto scenario, parse_scenario(file.id, file.text));
    result.push_back(std::move(scenario));
  }
  return result;
}

Result<Scenario> find_scenario(std::string_view id) {
  for (const auto& file : scenario_files()) {
    if (file.id == id) return parse_scenario(file.id, file.text);
  }
  return fail(ErrorKind::usage, std::string(id), "no such scenario: `reentry lab list` shows them");
}

}  // namespace reentry::lab
