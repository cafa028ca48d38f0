#include "facts/sshd_match.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/ascii_case.hpp"
#include "facts/pattern.hpp"
#include "facts/sshd_values.hpp"

namespace reentry {
namespace {

constexpr std::string_view kWithArgument[] = {"user",         "group",     "host",    "address",
                                              "localaddress", "localport", "rdomain", "version"};

bool is_known(std::string_view name, const SshBuild& build) {
  if (name == "rdomain") return build.at_least(7, 7);
  if (name == "version") return build.at_least(10, 0);
  return std::find(std::begin(kWithArgument), std::end(kWithArgument), name) != std::end(kWithArgument);
}

// The criteria were cut by strdelim() until 9.8, by argv_split() since 9.9.
class CriterionWords {
 public:
  CriterionWords(std::optional<std::string_view> rest, SshdArgumentWords& words, const SshBuild& build)
      : by_words_(build.at_least(9, 9)), words_(words), cutter_(rest) {}
  std::optional<std::string> next() { return by_words_ ? words_.next() : cutter_.next(); }
  [[nodiscard]] bool by_words() const { return by_words_; }
  [[nodiscard]] bool any_left() const {
    return by_words_ ? words_.remaining() > 0 : !cutter_.rest().value_or("").empty();
  }

 private:
  bool by_words_;
  SshdArgumentWords& words_;
  WordCutter cutter_;
};

class MatchParser {
 public:
  MatchParser(std::optional<std::string_view> rest, SshdArgumentWords& words, std::size_t line,
              const SshBuild& build)
      : words_(rest, words, build), line_(line), build_(build) {}

  MatchParse run() {
    std::size_t attributes = 0;
    std::optional<std::string> word;
    while (out_.fine && (word = words_.next())) {
      if (word->empty() && !words_.by_words()) break;
      if (word->starts_with('#') && build_.at_least(8, 7)) {
        comment_ = true;
        break;
      }
      ++attributes;
      if (take(*word, attributes)) break;
    }
    if (out_.fine && attributes == 0) refuse("One or more attributes required for Match");
    if (out_.fine && !comment_ && words_.any_left()) out_.left_over = words_.next().value_or("");
    return std::move(out_);
  }

 private:
  void refuse(const std::string& preface) {
    out_.fine = false;
    out_.preface = as_logged(preface);
    out_.message = "Bad Match condition";
  }

  // True when nothing more is read: `all` ends the line.
  bool take(const std::string& word, std::size_t attributes) {
    std::string name = lowered(word);
    if (name == "all") {
      const std::optional<std::string> more = attributes == 1 ? words_.next() : std::string("more");
      const bool comment = more && more->starts_with('#') && build_.at_least(8, 7);
      if (more && !comment && !more->empty()) {
        refuse("'all' cannot be combined with other Match attributes");
      }
      comment_ = comment_ || comment;
      out_.criteria.emplace_back("all", "");
      return true;
    }
    if (name == "invalid-user" && build_.at_least(9, 9)) {
      out_.criteria.emplace_back(std::move(name), "");
      return false;
    }
    std::optional<std::string> argument;
    const std::size_t equals = name.find('=');
    const bool split = words_.by_words() && equals != std::string::npos &&
                       is_known(name.substr(0, equals), build_) && !(build_.version == SshVersion{9, 9, 1});
    if (split) {
      argument = word.substr(equals + 1);
      name.resize(equals);
    } else {
      argument = words_.next();
    }
    if (!argument || argument->empty() || (argument->starts_with('#') && build_.at_least(8, 7))) {
      refuse("Missing Match criteria for " + (split ? word.substr(0, equals) : word));
      return false;
    }
    check(name, word, *argument);
    out_.criteria.emplace_back(std::move(name), std::move(*argument));
    return false;
  }

  void check(const std::string& name, const std::string& word, const std::string& argument) {
    if (!is_known(name, build_)) return refuse("Unsupported Match attribute " + word);
    if (name == "localport" && port_number(argument, build_) == -1) {
      return refuse("Invalid LocalPort '" + argument + "' on Match line");
    }
    if ((name == "address" || name == "localaddress") && !address_list_is_valid(argument)) {
      out_.fine = false;
      out_.bare = true;
      out_.message =
          as_logged(fmt::format("Invalid Match {} argument '{}' at line {}", name, argument, line_));
    }
  }

  CriterionWords words_;
  std::size_t line_;
  const SshBuild& build_;
  MatchParse out_;
  bool comment_ = false;
};

// ssh.h: SSH_RELEASE. The first release of 10.0 calls itself p2; Debian and Ubuntu append their package's
// version.
std::string release_of(const SshBuild& build) {
  const bool tenth = build.version.major == 10 && build.version.minor == 0;
  std::string out = fmt::format("OpenSSH_{}.{}p{}", build.version.major, build.version.minor,
                                tenth ? 2 : build.version.patch);
  const std::size_t revision = build.package.rfind('-');
  const bool debian = build.vendor == Vendor::debian || build.vendor == Vendor::ubuntu;
  if (debian && revision != std::string::npos) {
    out += build.vendor == Vendor::debian ? " Debian-" : " Ubuntu-";
    out += build.package.substr(revision + 1);
  }
  return out;
}

Tristate of(bool value) {
  return value ? Tristate::yes : Tristate::no;
}

Tristate of(ListMatch match) {
  return of(match == ListMatch::yes);
}

// An IPv4 peer of an IPv6 socket is an IPv4 peer (canohost.c:ipv64_normalise_mapped).
std::string_view plain_address(std::string_view address) {
  constexpr std::string_view kMapped = "::ffff:";
  const bool mapped = lowered(address.substr(0, kMapped.size())) == kMapped;
  return mapped && address.find('.') != std::string_view::npos ? address.substr(kMapped.size()) : address;
}

Tristate group_holds(const std::string& list, const MatchContext& context) {
  if (!context.user_exists) return Tristate::no;
  if (!context.groups) return Tristate::unknown;
  // groupaccess.c:ga_match_pattern_list: one group that is excluded excludes.
  bool found = false;
  for (const std::string& group : *context.groups) {
    const ListMatch match = match_pattern_list(group, list, false);
    if (match == ListMatch::negated) return Tristate::no;
    found = found || match == ListMatch::yes;
  }
  return of(found);
}

Tristate host_holds(const std::string& list, const MatchContext& context, bool use_dns) {
  const std::optional<std::string>& name = use_dns ? context.host_name : context.address;
  if (!name) return Tristate::unknown;
  return of(match_pattern_list(lowered(*name), list, true));
}

Tristate address_holds(const std::string& list, const std::optional<std::string>& address) {
  if (!address) return Tristate::unknown;
  return of(match_address_list(plain_address(*address), list));
}

Tristate criterion_holds(const std::string& name, const std::string& argument, const MatchContext& context,
                         bool use_dns, const SshBuild& build) {
  if (name == "all") return Tristate::yes;
  if (name == "user") return of(match_pattern_list(context.user, argument, false));
  if (name == "group") return group_holds(argument, context);
  if (name == "host") return host_holds(argument, context, use_dns);
  if (name == "address") return address_holds(argument, context.address);
  if (name == "localaddress") return address_holds(argument, context.local_address);
  if (name == "localport") {
    if (!context.local_port) return Tristate::unknown;
    return of(port_number(argument, build) == *context.local_port);
  }
  if (name == "rdomain") {
    if (context.routing_domain.empty()) return Tristate::no;
    return of(match_pattern_list(context.routing_domain, argument, false));
  }
  if (name == "invalid-user") return of(!context.user_exists);
  if (name == "version") return of(match_pattern_list(release_of(build), argument, false));
  return Tristate::unknown;
}

}  // namespace

MatchParse parse_match(std::optional<std::string_view> rest, SshdArgumentWords& words, std::size_t line,
                       const SshBuild& build) {
  return MatchParser(rest, words, line, build).run();
}

bool holds_at_startup(const MatchBlock& block, const SshBuild& build) {
  for (const auto& [name, argument] : block.criteria) {
    if (name == "all") continue;
    if (name == "version" && match_pattern_list(release_of(build), argument, false) == ListMatch::yes)
      continue;
    // 9.9p1 forgot to say no.
    if (name == "invalid-user" && build.version == SshVersion{9, 9, 1}) continue;
    return false;
  }
  return true;
}

Tristate holds(const MatchBlock& block, const MatchContext& context, bool use_dns, const SshBuild& build) {
  if (!context.connection) return of(holds_at_startup(block, build));
  Tristate result = Tristate::yes;
  for (const auto& [name, argument] : block.criteria) {
    const Tristate one = criterion_holds(name, argument, context, use_dns, build);
    if (one == Tristate::no) return Tristate::no;
    if (one == Tristate::unknown) result = Tristate::unknown;
  }
  return result;
}

}  // namespace reentry
