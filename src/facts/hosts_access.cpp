#include "facts/hosts_access.hpp"

#include <arpa/inet.h>
#include <strings.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "base/ascii_case.hpp"
#include "facts/hosts_options.hpp"
#include "facts/pattern.hpp"
#include "facts/sshd_config.hpp"

namespace reentry {
namespace {

constexpr std::string_view kSeparators = ", \t\r\n";
constexpr int kMaxFileDepth = 8;

std::vector<std::string_view> tokens_of(std::string_view list) {
  std::vector<std::string_view> out;
  while (true) {
    const std::size_t begin = list.find_first_not_of(kSeparators);
    if (begin == std::string_view::npos) return out;
    list.remove_prefix(begin);
    const std::size_t end = std::min(list.find_first_of(kSeparators), list.size());
    out.push_back(list.substr(0, end));
    list.remove_prefix(end);
  }
}

Tristate negate(Tristate value) {
  if (value == Tristate::unknown) return value;
  return value == Tristate::yes ? Tristate::no : Tristate::yes;
}

Tristate either(Tristate a, Tristate b) {
  if (a == Tristate::yes || b == Tristate::yes) return Tristate::yes;
  return a == Tristate::unknown || b == Tristate::unknown ? Tristate::unknown : Tristate::no;
}

Tristate both(Tristate a, Tristate b) {
  if (a == Tristate::no || b == Tristate::no) return Tristate::no;
  return a == Tristate::unknown || b == Tristate::unknown ? Tristate::unknown : Tristate::yes;
}

struct Address {
  int family = AF_UNSPEC;
  std::array<unsigned char, 16> bytes{};
};

std::optional<Address> address_of(std::string_view text) {
  Address out;
  const std::string copy(text);
  for (const int family : {AF_INET, AF_INET6}) {
    if (::inet_pton(family, copy.c_str(), out.bytes.data()) == 1) {
      out.family = family;
      return out;
    }
  }
  return std::nullopt;
}

// IPv4: (client & mask) == net, so that a net with host bits set matches nobody; IPv6: both are masked.
bool in_network(const Address& client, const Address& net, unsigned bits) {
  for (unsigned i = 0; i < client.bytes.size(); ++i) {
    const unsigned take = std::min(bits, 8U);
    const unsigned mask = (0xFFU << (8U - take)) & 0xFFU;
    const unsigned wanted = net.family == AF_INET6 ? net.bytes[i] & mask : net.bytes[i];
    if ((client.bytes[i] & mask) != wanted) return false;
    bits -= take;
  }
  return true;
}

// As strtol(3) has it: digits count, what follows them does not.
std::optional<unsigned> number_of(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  unsigned value = 0;
  std::size_t digits = 0;
  while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9' && value < 1000) {
    value = value * 10 + static_cast<unsigned>(text[digits++] - '0');
  }
  if (digits == 0) return std::nullopt;
  return value;
}

// hosts_access.c:masked_match4 and masked_match6: `net/mask`, `net/prefix` (a prefix of 0 matches nobody),
// `[net]/prefix`.
bool masked_match(std::string_view net, std::string_view mask, std::string_view address) {
  const auto client = address_of(address);
  if (!client) return false;
  if (net.starts_with('[') && net.ends_with(']')) {
    const auto base = address_of(net.substr(1, net.size() - 2));
    const auto bits = number_of(mask);
    return base && bits && *bits <= 128 && base->family == AF_INET6 && client->family == AF_INET6 &&
           in_network(*client, *base, *bits);
  }
  const auto base = address_of(net);
  if (!base || base->family != AF_INET || client->family != AF_INET) return false;
  if (const auto bits = number_of(mask); bits && !address_of(mask)) {
    return *bits >= 1 && *bits <= 32 && in_network(*client, *base, *bits);
  }
  const auto bitmask = address_of(mask);
  // 255.255.255.255 is INADDR_NONE, which libwrap takes for a mask that does not parse.
  constexpr std::string_view kNone("\xff\xff\xff\xff", 4);
  if (!bitmask || bitmask->family != AF_INET ||
      std::memcmp(bitmask->bytes.data(), kNone.data(), kNone.size()) == 0) {
    return false;
  }
  for (unsigned i = 0; i < 4; ++i) {
    if ((client->bytes[i] & bitmask->bytes[i]) != base->bytes[i]) return false;
  }
  return true;
}

// hosts_access.c:string_match, of a string that is known. Debian adds `*` and `?` in any place.
bool string_match(std::string_view token, std::string_view text) {
  if (token.find_first_of("*?") != std::string_view::npos)
    return match_pattern(lowered(text), lowered(token));
  if (token.front() == '.') {
    return text.size() > token.size() && equal_ignoring_case(text.substr(text.size() - token.size()), token);
  }
  if (equal_ignoring_case(token, "ALL")) return true;
  if (token.back() == '.')
    return text.size() >= token.size() && equal_ignoring_case(text.substr(0, token.size()), token);
  if (token.front() == '[' && token.back() == ']') {
    const auto a = address_of(token.substr(1, token.size() - 2));
    const auto b = address_of(text);
    return a && b && a->family == AF_INET6 && b->family == AF_INET6 && a->bytes == b->bytes;
  }
  return equal_ignoring_case(token, text);
}

// One request against the two tables.
class Matcher {
 public:
  Matcher(const HostsAccess& facts, std::string_view daemon, const std::optional<std::string>& address)
      : facts_(facts), daemon_(daemon), address_(address) {}

  [[nodiscard]] Tristate matches(const WrapperRule& rule) {
    const Tristate server = list_match(tokens_of(rule.daemons), 0, &Matcher::server_match);
    if (server == Tristate::no) return server;
    return both(server, list_match(tokens_of(rule.clients), 0, &Matcher::client_match));
  }
  [[nodiscard]] std::vector<Missing>& unknown() { return unknown_; }

 private:
  using Match = Tristate (Matcher::*)(std::string_view);

  // hosts_access.c:list_match: `A B EXCEPT C EXCEPT D` is A B, but not (C, but not D).
  Tristate list_match(const std::vector<std::string_view>& tokens, std::size_t from, Match match) {
    Tristate found = Tristate::no;
    std::size_t at = from;
    for (; at < tokens.size() && !equal_ignoring_case(tokens[at], "EXCEPT"); ++at) {
      if (found != Tristate::yes) found = either(found, (this->*match)(tokens[at]));
    }
    if (found == Tristate::no || at == tokens.size()) return found;
    return both(found, negate(list_match(tokens, at + 1, match)));
  }

  Tristate server_match(std::string_view token) {
    const std::size_t at = token.find('@', 1);
    if (at == std::string_view::npos) return string_match(token, daemon_) ? Tristate::yes : Tristate::no;
    if (!string_match(token.substr(0, at), daemon_)) return Tristate::no;
    return ask("the address that the client dialled");
  }

  Tristate client_match(std::string_view token) {
    const std::size_t at = token.find('@', 1);
    if (at == std::string_view::npos) return host_match(token);
    const Tristate host = host_match(token.substr(at + 1));
    if (host == Tristate::no || equal_ignoring_case(token.substr(0, at), "ALL")) return host;
    return both(host, ask("the client's user name (RFC 1413)"));
  }

  Tristate host_match(std::string_view token) {
    if (token.empty()) return Tristate::no;
    if (token.front() == '@') return ask("a netgroup");
    if (token.front() == '/') return file_match(token);
    if (equal_ignoring_case(token, "ALL")) return Tristate::yes;
    if (equal_ignoring_case(token, "KNOWN") || equal_ignoring_case(token, "UNKNOWN") ||
        equal_ignoring_case(token, "PARANOID")) {
      return name() ? (equal_ignoring_case(token, "KNOWN") ? Tristate::yes : Tristate::no)
                    : ask("the client's host name");
    }
    if (equal_ignoring_case(token, "LOCAL")) {
      if (!name()) return ask("the client's host name");
      return name()->find('.') == std::string::npos ? Tristate::yes : Tristate::no;
    }
    if (!address_) return ask("the client's address");
    const std::size_t slash = token.find('/');
    if (slash != std::string_view::npos) {
      return masked_match(token.substr(0, slash), token.substr(slash + 1), *address_) ? Tristate::yes
                                                                                      : Tristate::no;
    }
    if (string_match(token, *address_)) return Tristate::yes;
    if (address_of(token) || token.front() == '[' || is_address_prefix(token)) return Tristate::no;
    if (!name()) return ask("the client's host name");
    return string_match(token, *name()) ? Tristate::yes : Tristate::no;
  }

  // `192.168.` names numbers; no host name begins so.
  static bool is_address_prefix(std::string_view token) {
    return token.find_first_not_of("0123456789.") == std::string_view::npos;
  }

  Tristate file_match(std::string_view path) {
    const auto found = facts_.files.find(std::string(path));
    if (found == facts_.files.end()) return ask("a pattern file");
    if (!found->second) {
      if (found->second.is_absent()) return Tristate::no;
      unknown_.push_back(found->second.missing());
      return Tristate::unknown;
    }
    if (++depth_ > kMaxFileDepth) return Tristate::no;
    Tristate result = Tristate::no;
    std::string_view rest = *found->second;
    while (!rest.empty() && result != Tristate::yes) {
      const std::size_t end = rest.find('\n');
      const std::string_view line = rest.substr(0, end);
      rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
      if (end == std::string_view::npos) break;
      for (const std::string_view token : tokens_of(line)) result = either(result, host_match(token));
    }
    --depth_;
    return result;
  }

  const std::string* name() const {
    if (!address_) return nullptr;
    const auto found = facts_.names.find(*address_);
    return found == facts_.names.end() ? nullptr : &found->second;
  }

  Tristate ask(const char* what) {
    unknown_.push_back({Why::offline, "hosts_access", what});
    return Tristate::unknown;
  }

  const HostsAccess& facts_;
  std::string_view daemon_;
  const std::optional<std::string>& address_;
  std::vector<Missing> unknown_;
  int depth_ = 0;
};

// What could still come out, while the tables are read: a rule that may match leaves both ways open.
struct Prospects {
  WrapperAnswer granted;
  WrapperAnswer refused;
  bool may_grant = false;
  bool may_refuse = false;

  void add(bool grants, const char* path, const WrapperRule& rule) {
    bool& known = grants ? may_grant : may_refuse;
    WrapperAnswer& answer = grants ? granted : refused;
    if (!known) {
      answer.table = path;
      answer.line = rule.line;
      answer.text = rule.text;
    }
    known = true;
  }
};

// True when a rule of the table certainly matches, so that nothing behind it counts.
bool read_table(const Known<std::string>& bytes, const char* path, bool grants, Matcher& matcher,
                Prospects& prospects) {
  if (!bytes) {
    if (!bytes.is_absent()) {
      matcher.unknown().push_back(bytes.missing());
      prospects.may_grant = prospects.may_refuse = true;
    }
    return false;
  }
  const WrapperTable table = parse_wrapper_table(*bytes);
  for (const WrapperRule& rule : table.rules) {
    if (rule.unreadable && grants) return false;
    const Tristate match = rule.unreadable ? Tristate::yes : matcher.matches(rule);
    if (match == Tristate::no) continue;
    const WrapperOptionAnswer options =
        rule.unreadable ? WrapperOptionAnswer{false, false} : wrapper_option_answer(rule.options);
    prospects.add(options.grants.value_or(grants), path, rule);
    if (options.uncertain) prospects.add(!options.grants.value_or(grants), path, rule);
    if (match == Tristate::yes) return true;
  }
  return false;
}

}  // namespace

std::vector<std::string> pattern_files_of(const WrapperTable& table) {
  std::vector<std::string> out;
  for (const WrapperRule& rule : table.rules) {
    for (const std::string_view token : tokens_of(rule.clients)) {
      if (token.front() == '/') out.emplace_back(token);
    }
  }
  return out;
}

WrapperAnswer hosts_access(const HostsAccess& facts, std::string_view daemon,
                           const std::optional<std::string>& address) {
  Matcher matcher(facts, daemon, address);
  Prospects prospects;
  const bool decided = read_table(facts.allow, "/etc/hosts.allow", true, matcher, prospects) ||
                       read_table(facts.deny, "/etc/hosts.deny", false, matcher, prospects);
  if (!decided) prospects.may_grant = true;
  WrapperAnswer answer = prospects.may_refuse ? prospects.refused : prospects.granted;
  answer.verdict = !prospects.may_refuse ? WrapperVerdict::granted
                   : prospects.may_grant ? WrapperVerdict::unknown
                                         : WrapperVerdict::refused;
  if (answer.verdict == WrapperVerdict::unknown) answer.unknown = std::move(matcher.unknown());
  return answer;
}

}  // namespace reentry
