// pam_access.c: the first line of access.conf whose users and origins match decides; nothing matching lets
// in.
#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cstdint>

#include "base/ascii_case.hpp"
#include "login/exhibits.hpp"
#include "login/pam_modules.hpp"

namespace reentry::pam {
namespace {

constexpr PamVersion kResolvesNames{1, 5, 3};

Member both(Member a, Member b) {
  if (a == Member::no || b == Member::no) return Member::no;
  return a == Member::yes && b == Member::yes ? Member::yes : Member::unknown;
}

Member negated(Member a) {
  return a == Member::unknown ? a : a == Member::yes ? Member::no : Member::yes;
}

struct Address {
  int family = 0;
  std::array<unsigned char, 16> bytes{};
};

std::optional<Address> parse_address(std::string_view text) {
  const std::string copy(text);
  Address address;
  if (::inet_pton(AF_INET, copy.c_str(), address.bytes.data()) == 1) {
    address.family = AF_INET;
    return address;
  }
  if (::inet_pton(AF_INET6, copy.c_str(), address.bytes.data()) == 1) {
    address.family = AF_INET6;
    return address;
  }
  return std::nullopt;
}

// network_netmask_match: `/0` counts as no mask at all, so that 0.0.0.0/0 matches that one address only.
bool in_network(const Address& from, std::string_view token) {
  const std::size_t slash = token.find('/');
  const std::optional<Address> network = parse_address(token.substr(0, slash));
  if (!network || network->family != from.family) return false;
  std::array<unsigned char, 16> mask{};
  mask.fill(0xff);
  if (slash != std::string_view::npos) {
    const std::string_view text = token.substr(slash + 1);
    if (const std::optional<Address> dotted = parse_address(text)) {
      mask = dotted->bytes;
    } else {
      unsigned bits = 0;
      const auto parsed = std::from_chars(text.data(), text.data() + text.size(), bits);
      if (text.empty() || parsed.ptr != text.data() + text.size() ||
          bits > (from.family == AF_INET ? 32U : 128U)) {
        return false;
      }
      for (unsigned i = 0; bits != 0 && i < mask.size(); ++i) {
        const unsigned here = std::min(8U, bits > i * 8 ? bits - i * 8 : 0U);
        mask[i] = static_cast<unsigned char>(0xff00U >> here);
      }
    }
  }
  for (std::size_t i = 0; i < (from.family == AF_INET ? 4U : 16U); ++i) {
    if ((from.bytes[i] & mask[i]) != (network->bytes[i] & mask[i])) return false;
  }
  return true;
}

class AccessFile {
 public:
  AccessFile(const PamQuestion& question, const PamHandler& handler)
      : question_(question),
        fields_(argument(handler, "fieldsep").value_or(":")),
        separators_(argument(handler, "listsep").value_or(", \t")),
        plain_groups_(!has_argument(handler, "nodefgroup")),
        without_dns_(has_argument(handler, "nodns")) {}

  struct Decision {
    Member match = Member::no;
    bool allows = false;
    std::size_t line = 0;
    std::string text;
    std::string path;
  };

  // The line that decides for sure, or none; lines that may decide before it go to `maybe`.
  Decision decide(const std::string& path, std::string_view bytes, std::vector<Decision>& maybe) {
    std::size_t number = 0;
    while (!bytes.empty()) {
      const std::size_t end = bytes.find('\n');
      ++number;
      // A last line without its newline is passed over (`missing newline or line too long`).
      if (end == std::string_view::npos) break;
      const std::string_view line = bytes.substr(0, end);
      bytes.remove_prefix(end + 1);
      Decision decision = judge_line(line);
      decision.line = number;
      decision.text = line;
      decision.path = path;
      if (decision.match == Member::yes) return decision;
      if (decision.match == Member::unknown) maybe.push_back(std::move(decision));
    }
    return {};
  }

  [[nodiscard]] const Missing& missing() const { return missing_; }

 private:
  Decision judge_line(std::string_view line) {
    while (!line.empty() && std::isspace(static_cast<unsigned char>(line.back())) != 0) line.remove_suffix(1);
    if (line.empty() || line.front() == '#') return {};
    const std::string_view permission = take_field(line);
    const std::string_view users = take_field(line);
    if (permission.empty() || users.empty() || line.empty()) return {};
    if (permission.front() != '+' && permission.front() != '-') return {};
    Decision decision;
    decision.allows = permission.front() == '+';
    decision.match =
        list_match(words_of(users), 0, [this](std::string_view token) { return user_match(token); });
    if (decision.match == Member::no) return decision;
    decision.match =
        both(decision.match,
             list_match(words_of(line), 0, [this](std::string_view token) { return from_match(token); }));
    return decision;
  }

  // strtok_r: separators in front are skipped.
  std::string_view take_field(std::string_view& rest) const {
    const std::size_t start = rest.find_first_not_of(fields_);
    if (start == std::string_view::npos) {
      rest = {};
      return {};
    }
    const std::size_t end = rest.find_first_of(fields_, start);
    const std::string_view field = rest.substr(start, end == std::string_view::npos ? end : end - start);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    return field;
  }

  std::vector<std::string_view> words_of(std::string_view list) const {
    std::vector<std::string_view> words;
    std::size_t start = 0;
    while ((start = list.find_first_not_of(separators_, start)) != std::string_view::npos) {
      const std::size_t end = std::min(list.find_first_of(separators_, start), list.size());
      words.push_back(list.substr(start, end - start));
      start = end;
    }
    return words;
  }

  // Any word up to EXCEPT matches, and nothing behind it does.
  template <typename Test>
  Member list_match(const std::vector<std::string_view>& words, std::size_t from, Test test) const {
    Member match = Member::no;
    std::size_t i = from;
    for (; i < words.size() && !equal_ignoring_case(words[i], "EXCEPT"); ++i) {
      const Member one = match == Member::yes ? Member::no : test(words[i]);
      if (one != Member::no) match = one;
    }
    if (match == Member::no || i >= words.size()) return match;
    return both(match, negated(list_match(words, i + 1, test)));
  }

  Member unsure(Missing missing) {
    missing_ = std::move(missing);
    return Member::unknown;
  }

  Member group_match(std::string_view group) {
    const Member member = in_group(question_.input.facts, question_.user, group);
    return member == Member::unknown ? unsure(groups_missing(question_.input.facts)) : member;
  }

  Member user_match(std::string_view token) {
    if (token.size() >= 2 && token.front() == '(' && token.back() == ')') {
      return token.size() < 3 ? Member::no : group_match(token.substr(1, token.size() - 2));
    }
    const std::size_t name = token.find_first_not_of('@');
    const std::size_t at = name == std::string_view::npos ? name : token.find('@', name);
    if (at != std::string_view::npos) {
      return both(user_match(token.substr(0, at)), unsure({Why::offline, "host name", std::string(token)}));
    }
    if (token.front() == '@') return unsure({Why::offline, "netgroup", std::string(token)});
    if (equal_ignoring_case(token, "ALL") || equal_ignoring_case(token, question_.user.name))
      return Member::yes;
    return plain_groups_ ? group_match(token) : Member::no;
  }

  Member from_match(std::string_view token) {
    if (token.front() == '@') return unsure({Why::offline, "netgroup", std::string(token)});
    if (equal_ignoring_case(token, "ALL")) return Member::yes;
    // sshd always gives PAM the client's address, so that a login is never LOCAL.
    if (equal_ignoring_case(token, "LOCAL") || equal_ignoring_case(token, "NONE")) return Member::no;
    const std::optional<std::string>& from = question_.input.question.from;
    if (!from) return unsure({Why::not_asked, "--from", {}});
    if (equal_ignoring_case(token, *from)) return Member::yes;
    const std::optional<Address> address = parse_address(*from);
    if (address && in_network(*address, token)) return Member::yes;
    if (token.back() == '.') {
      return address && address->family == AF_INET && (*from + ".").compare(0, token.size(), token) == 0
                 ? Member::yes
                 : Member::no;
    }
    return match_name(token);
  }

  // A host or domain name: with UseDNS yes PAM is given the client's name; later versions resolve the token.
  Member match_name(std::string_view token) {
    const bool address_like = token.find_first_not_of("0123456789abcdefABCDEF.:/") == std::string_view::npos;
    // Names without a dot are terminals and services as a rule; `localhost` is the one that resolves.
    const bool is_name = token.find('.') != std::string_view::npos || equal_ignoring_case(token, "localhost");
    if (address_like || !is_name) return Member::no;
    const Known<PamVersion>& version = question_.input.facts.pam.version;
    const bool may_resolve =
        token.front() != '.' && !without_dns_ && (!version || *version >= kResolvesNames);
    if (!may_resolve && !question_.input.connection.yes("usedns")) return Member::no;
    return unsure({Why::offline, "DNS", std::string(token)});
  }

  const PamQuestion& question_;
  std::string fields_;
  std::string separators_;
  bool plain_groups_;
  bool without_dns_;
  Missing missing_;
};

}  // namespace

ModuleVerdict judge_access(const PamQuestion& question, const PamHandler& handler) {
  const Facts& facts = question.input.facts;
  const std::optional<std::string_view> own_file = argument(handler, "accessfile");
  std::vector<std::string> paths = {std::string(own_file.value_or("/etc/security/access.conf"))};
  if (!own_file) {
    for (const HostPath& path : facts.pam.access_files) paths.push_back(path.str());
  }
  AccessFile access(question, handler);
  std::vector<AccessFile::Decision> maybe;
  AccessFile::Decision decision;
  for (const std::string& path : paths) {
    const Known<std::string> bytes = file_bytes(facts, path);
    if (bytes.is_absent() && own_file) {
      return denies(PamCode::abort, {Cause::account_access_conf,
                                     exhibit_of(handler),
                                     {},
                                     {{"user", question.user.name}, {"why", "no file"}, {"file", path}}});
    }
    if (bytes.is_absent()) continue;
    if (!bytes) return unknown(question.call, bytes.missing());
    decision = access.decide(path, *bytes, maybe);
    if (decision.match == Member::yes) break;
  }
  const bool allows = decision.match != Member::yes || decision.allows;
  const bool contested = std::any_of(maybe.begin(), maybe.end(), [allows](const AccessFile::Decision& other) {
    return other.allows != allows;
  });
  if (contested) return unknown(question.call, access.missing());
  if (allows) return answers(PamCode::success);
  Obstacle obstacle{Cause::account_access_conf,
                    {"file", decision.path, decision.line, decision.text},
                    {exhibit_of(handler)},
                    {{"user", question.user.name}, {"why", "line"}}};
  if (question.input.question.from) obstacle.details.emplace_back("from", *question.input.question.from);
  return denies(PamCode::perm_denied, std::move(obstacle));
}

}  // namespace reentry::pam
