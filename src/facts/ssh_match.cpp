#include "facts/ssh_match.hpp"

#include <algorithm>
#include <array>

#include "base/ascii_case.hpp"
#include "facts/pattern.hpp"
#include "facts/sshd_lex.hpp"
#include "facts/sshd_match.hpp"

namespace reentry {
namespace {

struct MatchWord {
  std::string_view name;
  int major;
  int minor;
};
// Criteria with an argument, and the version that brought them.
constexpr std::array<MatchWord, 10> kMatchWords = {{{"host", 0, 0},
                                                    {"originalhost", 0, 0},
                                                    {"user", 0, 0},
                                                    {"localuser", 0, 0},
                                                    {"exec", 0, 0},
                                                    {"localnetwork", 9, 4},
                                                    {"tagged", 9, 4},
                                                    {"version", 10, 0},
                                                    {"command", 10, 0},
                                                    {"sessiontype", 10, 0}}};

bool is_match_word(std::string_view name, const SshBuild& build) {
  return std::any_of(kMatchWords.begin(), kMatchWords.end(), [&](const MatchWord& word) {
    return word.name == name && (!build.version_known || build.at_least(word.major, word.minor));
  });
}

Tristate tristate_of(bool holds) {
  return holds ? Tristate::yes : Tristate::no;
}

Tristate is_listed(const std::optional<std::string>& text, std::string_view list, bool host) {
  if (!text) return Tristate::unknown;
  return tristate_of(match_pattern_list(host ? lowered(*text) : *text, list, host) == ListMatch::yes);
}

Tristate ssh_criterion_holds(const SshBlock::Criterion& criterion, const SshMatchContext& context) {
  const std::string_view argument = criterion.argument;
  if (criterion.name == "all") return Tristate::yes;
  if (criterion.name == "final" || criterion.name == "canonical") return tristate_of(context.final_pass);
  if (criterion.name == "host") return is_listed(context.host, argument, true);
  if (criterion.name == "originalhost") return is_listed(context.original_host, argument, true);
  if (criterion.name == "user") return is_listed(context.user, argument, false);
  if (criterion.name == "localuser") return is_listed(context.local_user, argument, false);
  return Tristate::unknown;
}

// readconf.c: a word that is not there, is empty, or begins a comment.
bool is_missing(const std::optional<std::string>& word) {
  return !word || word->empty() || word->front() == '#';
}

}  // namespace

SshMatchParse parse_ssh_match(std::string_view rest, const SshBuild& build) {
  SshMatchParse out;
  WordCutter cutter(rest);
  std::size_t counted = 0;
  const auto refuse = [&out](std::string preface) {
    out.fine = false;
    out.preface = std::move(preface);
    out.criteria = {{std::string(kRefusedCriterion), "", false}};
    return out;
  };
  while (std::optional<std::string> word = cutter.next()) {
    if (word->empty()) break;
    if (word->front() == '#') {
      cutter = WordCutter(std::nullopt);
      break;
    }
    SshBlock::Criterion criterion;
    criterion.negated = word->front() == '!';
    const std::string written = word->substr(criterion.negated ? 1 : 0);
    criterion.name = lowered(written);
    if (criterion.name == "all") {
      const std::optional<std::string> more = counted > 1 ? std::nullopt : cutter.next();
      if (counted > 1 || !is_missing(more)) {
        return refuse("'" + written + "' cannot be combined with other Match attributes");
      }
      if (more && !more->empty()) cutter = WordCutter(std::nullopt);
      out.criteria.push_back(std::move(criterion));
      out.left_over = !cutter.rest().value_or("").empty();
      return out;
    }
    ++counted;
    if (criterion.name != "canonical" && criterion.name != "final") {
      const std::optional<std::string> argument = cutter.next();
      if (is_missing(argument)) return refuse("Missing Match criteria for " + written);
      if (!is_match_word(criterion.name, build)) return refuse("Unsupported Match attribute " + written);
      criterion.argument = *argument;
    }
    out.criteria.push_back(std::move(criterion));
  }
  if (counted == 0) return refuse("One or more attributes required for Match");
  out.left_over = !cutter.rest().value_or("").empty();
  return out;
}

HostLineMatch match_host_line(const std::vector<std::string>& patterns, std::string_view host) {
  HostLineMatch result = HostLineMatch::no;
  for (std::string_view pattern : patterns) {
    const bool negated = pattern.starts_with('!');
    if (negated) pattern.remove_prefix(1);
    if (!match_pattern(host, pattern)) continue;
    if (negated) return HostLineMatch::negated;
    result = HostLineMatch::yes;
  }
  return result;
}

Tristate ssh_block_holds(const SshBlock& block, const std::optional<std::string>& subject,
                         const SshMatchContext& context) {
  if (block.is_host) {
    if (subject) return tristate_of(match_host_line(block.patterns, *subject) == HostLineMatch::yes);
    const bool any = block.patterns.size() == 1 && block.patterns.front() == "*";
    return any ? Tristate::yes : Tristate::unknown;
  }
  Tristate result = Tristate::yes;
  for (const SshBlock::Criterion& criterion : block.criteria) {
    Tristate holds = ssh_criterion_holds(criterion, context);
    if (criterion.negated && holds != Tristate::unknown) holds = tristate_of(holds == Tristate::no);
    if (holds == Tristate::no) return Tristate::no;
    if (holds == Tristate::unknown) result = Tristate::unknown;
  }
  return result;
}

}  // namespace reentry
