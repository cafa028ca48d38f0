#include <algorithm>
#include <array>
#include <optional>

#include "facts/iptables_rule.hpp"

namespace reentry::ipt {
namespace {

using Kind = PacketStatement::Kind;

PacketStatement target_of(Kind kind, std::string_view text = {}) {
  PacketStatement statement;
  statement.kind = kind;
  statement.text = std::string(text);
  return statement;
}

PacketStatement verdict_of(PacketVerdict verdict, std::string_view chain = {}) {
  PacketStatement statement = target_of(Kind::verdict, chain);
  statement.verdict = verdict;
  return statement;
}

// iptables-extensions(8), REJECT, in nft's words.
std::string reject_words(std::string_view type, int family) {
  constexpr std::array<std::array<std::string_view, 2>, 20> kWords = {{
      {"tcp-reset", "tcp reset"},
      {"icmp-net-unreachable", "icmp net-unreachable"},
      {"icmp-host-unreachable", "icmp host-unreachable"},
      {"icmp-proto-unreachable", "icmp prot-unreachable"},
      {"icmp-port-unreachable", "icmp port-unreachable"},
      {"icmp-net-prohibited", "icmp net-prohibited"},
      {"icmp-host-prohibited", "icmp host-prohibited"},
      {"icmp-admin-prohibited", "icmp admin-prohibited"},
      {"icmp6-no-route", "icmpv6 no-route"},
      {"no-route", "icmpv6 no-route"},
      {"icmp6-adm-prohibited", "icmpv6 admin-prohibited"},
      {"adm-prohibited", "icmpv6 admin-prohibited"},
      {"icmp6-addr-unreachable", "icmpv6 addr-unreachable"},
      {"addr-unreach", "icmpv6 addr-unreachable"},
      {"icmp6-port-unreachable", "icmpv6 port-unreachable"},
      {"port-unreach", "icmpv6 port-unreachable"},
      {"icmp6-policy-fail", "icmpv6 policy-fail"},
      {"icmp6-reject-route", "icmpv6 reject-route"},
      {"host-prohib", "icmp host-prohibited"},
      {"admin-prohib", "icmp admin-prohibited"},
  }};
  for (const auto& [name, words] : kWords) {
    if (name == type) return std::string(words);
  }
  return family == 6 ? "icmpv6 port-unreachable" : "icmp port-unreachable";
}

// `VALUE[/MASK]`.
bool read_mark(std::string_view text, PacketStatement& statement) {
  const std::size_t slash = text.find('/');
  const auto value = parse_number(text.substr(0, slash));
  const auto mask = slash == std::string_view::npos ? std::optional<std::uint64_t>(0xffffffffU)
                                                    : parse_number(text.substr(slash + 1));
  if (!value || !mask) return false;
  statement.value = {0, *value};
  statement.mask = {0, *mask};
  return true;
}

void take_marking(bool connection, Words& words, Draft& draft) {
  PacketStatement statement = target_of(connection ? Kind::set_ct_mark : Kind::set_mark, "mark");
  while (!words.done()) {
    const std::string_view option = words.next();
    if (option == "--set-xmark" || option == "--set-mark") {
      if (!read_mark(words.next(), statement)) continue;
      statement.text.clear();
      // `--set-mark`: the bits of the mask are cleared, those of the value set.
      if (option == "--set-mark") statement.mask = statement.mask | statement.value;
    } else if (option == "--or-mark" || option == "--and-mark" || option == "--xor-mark") {
      const auto value = parse_number(words.next());
      if (!value) continue;
      statement.text.clear();
      statement.value = {0, option == "--and-mark" ? 0 : *value};
      statement.mask = {0, option == "--xor-mark"  ? 0
                           : option == "--or-mark" ? *value
                                                   : ~*value & 0xffffffffU};
    } else if (option == "--save-mark" || option == "--restore-mark") {
      statement.kind = option == "--save-mark" ? Kind::copy_mark : Kind::restore_mark;
      statement.text.clear();
    } else if (option.ends_with("mask")) {
      const auto mask = parse_number(words.next());
      if (mask != std::uint64_t{0xffffffffU}) {
        statement.kind =
            connection && statement.kind != Kind::restore_mark ? Kind::set_ct_mark : Kind::set_mark;
        statement.text = "mark";
      }
    }
  }
  draft.statements.push_back(std::move(statement));
}

// `ADDRESS[:PORT]`, `[ADDRESS]:PORT`, `:PORT`.
void take_destination(Words& words, Draft& draft) {
  PacketStatement statement = target_of(Kind::redirect);
  statement.away = true;
  while (!words.done()) {
    const std::string_view option = words.next();
    if (option != "--to-destination") continue;
    std::string_view text = words.next();
    std::string_view host = text;
    std::string_view port;
    if (text.starts_with('[')) {
      const std::size_t end = std::min(text.find(']'), text.size() - 1);
      host = text.substr(1, end - 1);
      if (end + 2 < text.size()) port = text.substr(end + 2);
    } else if (draft.family == 4 && text.find(':') != std::string_view::npos) {
      host = text.substr(0, text.find(':'));
      port = text.substr(text.find(':') + 1);
    }
    if (const auto number = parse_number(port)) {
      statement.value = {0, *number};
    } else if (!port.empty()) {
      statement.text = "nat";
    }
    if (const auto address = parse_address(host)) {
      SetElement element;
      element.key.push_back(point(address->bits));
      statement.elements.push_back(std::move(element));
    } else if (!host.empty()) {
      statement.text = "nat";
    }
  }
  draft.statements.push_back(std::move(statement));
}

void take_redirect(Words& words, Draft& draft) {
  PacketStatement statement = target_of(Kind::redirect);
  while (!words.done()) {
    const std::string_view option = words.next();
    if (option != "--to-ports" && option != "--to-port") continue;
    const auto port = parse_number(words.next());
    if (port) {
      statement.value = {0, *port};
    } else {
      statement.text = "nat";
    }
  }
  draft.statements.push_back(std::move(statement));
}

void take_reject(Words& words, Draft& draft) {
  std::string_view type;
  while (!words.done()) {
    if (words.next() == "--reject-with") type = words.next();
  }
  draft.statements.push_back(target_of(Kind::reject, reject_words(type, draft.family)));
}

void take_ct(Words& words, Draft& draft) {
  bool notrack = false;
  while (!words.done()) notrack = words.next() == "--notrack" || notrack;
  if (notrack) draft.statements.push_back(target_of(Kind::notrack));
}

// Targets after which the packet goes on to the next rule.
bool goes_on(std::string_view target) {
  constexpr std::array<std::string_view, 20> kNames = {
      "LOG",         "NFLOG", "ULOG",    "CLASSIFY", "TCPMSS",    "TCPOPTSTRIP", "DSCP",
      "TOS",         "ECN",   "TTL",     "HL",       "AUDIT",     "CHECKSUM",    "SECMARK",
      "CONNSECMARK", "TRACE", "RATEEST", "LED",      "IDLETIMER", "TEE"};
  return std::find(kNames.begin(), kNames.end(), target) != kNames.end();
}

}  // namespace

void take_target(std::string_view target, bool goes, Words& words, Draft& draft) {
  std::vector<PacketStatement>& out = draft.statements;
  if (goes) {
    out.push_back(verdict_of(PacketVerdict::go_to, target));
  } else if (target == "ACCEPT") {
    out.push_back(verdict_of(PacketVerdict::accept));
  } else if (target == "DROP") {
    out.push_back(verdict_of(PacketVerdict::drop));
  } else if (target == "RETURN") {
    out.push_back(verdict_of(PacketVerdict::return_));
  } else if (target == "REJECT") {
    take_reject(words, draft);
  } else if (target == "MARK" || target == "CONNMARK") {
    take_marking(target == "CONNMARK", words, draft);
  } else if (target == "CT") {
    take_ct(words, draft);
  } else if (target == "NOTRACK") {
    out.push_back(target_of(Kind::notrack));
  } else if (target == "REDIRECT") {
    take_redirect(words, draft);
  } else if (target == "DNAT") {
    take_destination(words, draft);
  } else if (target == "SNAT" || target == "MASQUERADE") {
    out.push_back(target_of(Kind::nat_done));
  } else if (target == "SET") {
    out.push_back(target_of(Kind::add_to_set));
    while (!words.done()) {
      const std::string_view option = words.next();
      if (option == "--add-set" || option == "--del-set") out.back().set = std::string(words.next());
    }
  } else if (!goes_on(target)) {
    // A chain of the table; where there is none, the kernel knows a target that is not modelled.
    out.push_back(verdict_of(PacketVerdict::jump, target));
  }
}

}  // namespace reentry::ipt
