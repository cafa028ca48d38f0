// pam_time.c: rules `services;terminals;users;times`. A rule that fits the login and not the hour refuses;
// the other rules don't matter.
#include <array>
#include <cctype>

#include "base/time.hpp"
#include "login/exhibits.hpp"
#include "login/pam_modules.hpp"

namespace reentry::pam {
namespace {

struct Rule {
  std::vector<std::string> fields;
  std::size_t line = 0;  // where it begins
};

// Fields are cut at `;`, a rule ends with its line, `#` begins a comment, a backslash joins lines.
std::vector<Rule> rules_of(std::string_view bytes) {
  std::vector<Rule> rules;
  Rule rule;
  std::string field;
  std::size_t line = 1;
  bool comment = false;
  const auto finish = [&] {
    rule.fields.push_back(std::move(field));
    field.clear();
    const bool empty =
        rule.fields.size() == 1 && rule.fields[0].find_first_not_of(" \t") == std::string::npos;
    if (!empty) rules.push_back(std::move(rule));
    rule = Rule{};
    comment = false;
  };
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const char c = bytes[i];
    if (rule.fields.empty() && field.empty()) rule.line = line;
    if (c == '\n') {
      ++line;
      finish();
    } else if (comment) {
      continue;
    } else if (c == '#') {
      comment = true;
    } else if (c == '\\' && i + 1 < bytes.size() && bytes[i + 1] == '\n') {
      ++i;
      ++line;
    } else if (c == ';') {
      rule.fields.push_back(std::move(field));
      field.clear();
    } else {
      field += c;
    }
  }
  finish();
  return rules;
}

bool is_name_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
         std::string_view("*_-./:").find(c) != std::string_view::npos;
}

// logic_field: names joined by `&` and `|` from left to right, `!` before a name. Garbled fields match
// nothing.
template <typename Agrees>
bool logic_field(std::string_view field, Agrees agrees) {
  bool result = false;
  bool invert = false;
  bool with_and = false;
  bool want_value = true;
  std::size_t i = 0;
  while (i < field.size()) {
    const char c = field[i];
    if (is_name_character(c)) {
      std::size_t end = i;
      while (end < field.size() && is_name_character(field[end])) ++end;
      if (!want_value) return false;
      const bool agreed = agrees(field.substr(i, end - i)) != invert;
      result = with_and ? result && agreed : result || agreed;
      want_value = false;
      i = end;
      continue;
    }
    ++i;
    if (c != '!' && c != '&' && c != '|') continue;
    if (want_value) {
      if (c != '!') return false;
      invert = !invert;
    } else {
      if (c == '!') return false;
      with_and = c == '&';
      want_value = true;
      invert = false;
    }
  }
  return result;
}

// is_same: `*` stands for any characters, once.
bool is_same(std::string_view text, std::string_view pattern) {
  const std::size_t star = pattern.find('*');
  if (star == std::string_view::npos) return text == pattern;
  const std::string_view head = pattern.substr(0, star);
  const std::string_view tail = pattern.substr(star + 1);
  return text.size() >= tail.size() && text.substr(0, head.size()) == head &&
         text.substr(text.size() - tail.size()) == tail;
}

struct Moment {
  unsigned day = 0;  // bit of the week day, Sunday first
  int minute = 0;    // hour * 100 + minute
};

Moment moment_of(std::int64_t seconds) {
  const std::int64_t day =
      seconds >= 0 ? seconds / kSecondsPerDay : (seconds - kSecondsPerDay + 1) / kSecondsPerDay;
  const std::int64_t rest = seconds - day * kSecondsPerDay;
  const auto weekday = static_cast<unsigned>(((day % 7) + 11) % 7);  // 1970-01-01 was a Thursday
  return {1U << weekday, static_cast<int>(rest / 3600 * 100 + rest % 3600 / 60)};
}

unsigned day_bits(char first, char second) {
  struct Day {
    std::string_view name;
    unsigned bits;
  };
  constexpr std::array kDays = {Day{"su", 01},   Day{"mo", 02},  Day{"tu", 04},   Day{"we", 010},
                                Day{"th", 020},  Day{"fr", 040}, Day{"sa", 0100}, Day{"wk", 076},
                                Day{"wd", 0101}, Day{"al", 0177}};
  const std::array<char, 2> pair = {static_cast<char>(std::tolower(static_cast<unsigned char>(first))),
                                    static_cast<char>(std::tolower(static_cast<unsigned char>(second)))};
  for (const Day& day : kDays) {
    if (day.name == std::string_view(pair.data(), 2)) return day.bits;
  }
  return 0;
}

// check_time: `Wk0900-1800`; days named twice cancel out; a range that does not rise runs into the next day.
bool in_range(const Moment& now, std::string_view range) {
  unsigned days = 0;
  while (range.size() >= 2 && std::isalpha(static_cast<unsigned char>(range.front())) != 0) {
    const unsigned bits = day_bits(range[0], range[1]);
    if (bits == 0) return false;
    days ^= bits;
    range.remove_prefix(2);
  }
  if (days == 0) return false;
  const auto take_time = [&range](int& value) {
    std::size_t digits = 0;
    value = 0;
    while (digits < 4 && digits < range.size() && range[digits] >= '0' && range[digits] <= '9') {
      value = value * 10 + (range[digits++] - '0');
    }
    range.remove_prefix(digits);
    return digits;
  };
  int start = 0;
  int end = 0;
  static_cast<void>(take_time(start));
  // A range without its second time counts as fitting.
  if (range.empty() || range.front() != '-') return true;
  range.remove_prefix(1);
  if (take_time(end) != 4) return true;
  if (start < end) return (now.day & days) != 0 && now.minute >= start && now.minute < end;
  if ((now.day & days) != 0 && now.minute >= start) return true;
  const unsigned next = (days << 1) | ((days << 1) & 0200 ? 1U : 0U);
  return (now.day & next) != 0 && now.minute <= end;
}

// Whether some rule shuts the login out at `local` time; the rule goes to `which`.
bool shut_out(const std::vector<Rule>& rules, const PamQuestion& question, std::int64_t local,
              const Rule*& which) {
  const Moment now = moment_of(local);
  const std::string& service = question.input.facts.pam.sshd.name;
  for (const Rule& rule : rules) {
    if (rule.fields.size() != 4) continue;
    const auto fits = [&](const std::string& field, std::string_view value) {
      return logic_field(field, [value](std::string_view pattern) { return is_same(value, pattern); });
    };
    if (!fits(rule.fields[0], service) || !fits(rule.fields[1], "ssh") ||
        !fits(rule.fields[2], question.user.name)) {
      continue;
    }
    if (!logic_field(rule.fields[3], [&now](std::string_view range) { return in_range(now, range); })) {
      which = &rule;
      return true;
    }
  }
  return false;
}

bool has_netgroup(const std::vector<Rule>& rules) {
  for (const Rule& rule : rules) {
    const std::size_t start =
        rule.fields.size() == 4 ? rule.fields[2].find_first_not_of(" \t") : std::string::npos;
    if (start != std::string::npos && rule.fields[2][start] == '@') return true;
  }
  return false;
}

}  // namespace

ModuleVerdict judge_time(const PamQuestion& question, const PamHandler& handler) {
  const Facts& facts = question.input.facts;
  const std::string path(argument(handler, "conffile").value_or("/etc/security/time.conf"));
  const Known<std::string> bytes = file_bytes(facts, path);
  if (bytes.is_absent()) return answers(PamCode::success);
  if (!bytes) return unknown(question.call, bytes.missing());
  const std::vector<Rule> rules = rules_of(*bytes);
  if (has_netgroup(rules)) return unknown(question.call, {Why::offline, "netgroup", path});
  const Rule* rule = nullptr;
  if (facts.pam.utc_offset) {
    if (!shut_out(rules, question, facts.now + *facts.pam.utc_offset, rule)) return answers(PamCode::success);
  } else {
    // Without the time zone every hour that it may be is tried.
    int refused = 0;
    constexpr int kWest = -12;
    constexpr int kEast = 14;
    for (int hours = kWest; hours <= kEast; ++hours) {
      refused += shut_out(rules, question, facts.now + hours * 3600, rule) ? 1 : 0;
    }
    if (refused == 0) return answers(PamCode::success);
    if (refused != kEast - kWest + 1) return unknown(question.call, facts.pam.utc_offset.missing());
  }
  return denies(PamCode::perm_denied, {Cause::account_time_conf,
                                       file_exhibit(facts, path, rule->line),
                                       {exhibit_of(handler)},
                                       {{"user", question.user.name}, {"times", rule->fields[3]}}});
}

}  // namespace reentry::pam
