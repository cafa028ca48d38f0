#include <algorithm>
#include <array>
#include <optional>

#include "facts/iptables_rule.hpp"

namespace reentry::ipt {
namespace {

using Kind = PacketStatement::Kind;

template <typename Take>
void for_each_part(std::string_view list, Take take) {
  while (true) {
    const std::size_t comma = std::min(list.find(','), list.size());
    take(list.substr(0, comma));
    if (comma == list.size()) return;
    list.remove_prefix(comma + 1);
  }
}

// Words that are no options: the values of one that is not modelled.
void skip_values(Words& words) {
  while (!words.done() && !words.peek().starts_with('-') && words.peek() != "!") words.next();
}

PacketStatement listed(PacketField field, bool negated) {
  PacketStatement statement;
  statement.negated = negated;
  statement.key.push_back({field, {}});
  return statement;
}

void add_range(PacketStatement& statement, BitsRange range) {
  SetElement element;
  element.key.push_back(range);
  statement.elements.push_back(std::move(element));
}

// `ADDRESS`, `ADDRESS/LENGTH` or `ADDRESS/MASK`.
std::optional<PacketStatement> address_match(PacketField field, std::string_view text, int family) {
  const std::size_t slash = std::min(text.find('/'), text.size());
  auto address = parse_address(text.substr(0, slash));
  if (address && address->family == 4 && family == 6) {
    address = NetAddress{6, {0, (std::uint64_t{0xffff} << 32U) | address->bits.low}};
  }
  if (!address || address->family != family) return std::nullopt;
  PacketStatement statement = listed(field, false);
  const std::string_view mask = slash < text.size() ? text.substr(slash + 1) : std::string_view();
  if (mask.empty()) {
    add_range(statement, point(address->bits));
  } else if (const auto length = parse_number(mask)) {
    add_range(statement, prefix_range(*address, static_cast<unsigned>(*length)));
  } else if (const auto bits = parse_address(mask); bits && bits->family == family) {
    statement.key.front().mask = bits->bits;
    add_range(statement, point(address->bits & bits->bits));
  } else {
    return std::nullopt;
  }
  return statement;
}

void take_address(bool source, std::string_view list, bool negated, Draft& draft) {
  const PacketField field = draft.family == 4 ? (source ? PacketField::source4 : PacketField::destination4)
                                              : (source ? PacketField::source6 : PacketField::destination6);
  std::optional<PacketStatement> all;
  bool good = true;
  for_each_part(list, [&](std::string_view part) {
    auto one = address_match(field, part, draft.family);
    good = good && one && (!all || (!all->key.front().mask && !one->key.front().mask));
    if (!good) return;
    if (!all) {
      all = std::move(one);
    } else {
      all->elements.push_back(one->elements.front());
    }
  });
  if (!good || !all) {
    draft.statements.push_back(unmodelled(list));
    return;
  }
  all->negated = negated;
  draft.statements.push_back(std::move(*all));
}

std::optional<BitsRange> port_range(std::string_view text) {
  const std::size_t colon = text.find(':');
  const auto first = parse_number(text.substr(0, colon).empty() ? "0" : text.substr(0, colon));
  if (colon == std::string_view::npos) {
    if (!first) return std::nullopt;
    return point(*first);
  }
  const std::string_view rest = text.substr(colon + 1);
  const auto last = parse_number(rest.empty() ? "65535" : rest);
  if (!first || !last) return std::nullopt;
  return BitsRange{{0, *first}, {0, *last}};
}

// Ports by name are known for the ones that matter here (services(5)).
std::optional<BitsRange> port_or_name(std::string_view text) {
  if (text == "ssh") return point(std::uint64_t{22});
  if (text == "http") return point(std::uint64_t{80});
  if (text == "https") return point(std::uint64_t{443});
  return port_range(text);
}

void take_ports(PacketField field, std::string_view list, bool negated, Draft& draft) {
  PacketStatement statement = listed(field, negated);
  bool good = true;
  for_each_part(list, [&](std::string_view part) {
    const auto range = port_or_name(part);
    good = good && range.has_value();
    if (range) add_range(statement, *range);
  });
  draft.statements.push_back(good ? std::move(statement) : unmodelled(list));
}

std::optional<std::uint64_t> flag_list(WordKind kind, std::string_view list) {
  std::uint64_t bits = 0;
  bool good = true;
  for_each_part(list, [&](std::string_view part) {
    const auto bit = number_of_word(kind, part);
    good = good && bit.has_value();
    bits |= bit.value_or(0);
  });
  if (!good) return std::nullopt;
  return bits;
}

void take_any(PacketField field, WordKind kind, std::string_view list, bool negated, Draft& draft) {
  const auto bits = flag_list(kind, list);
  if (!bits) {
    draft.statements.push_back(unmodelled(list));
    return;
  }
  PacketStatement statement = listed(field, negated);
  statement.kind = Kind::any_flag;
  statement.mask = {0, *bits};
  draft.statements.push_back(std::move(statement));
}

void take_word(PacketField field, WordKind kind, std::string_view list, bool negated, Draft& draft) {
  PacketStatement statement = listed(field, negated);
  bool good = true;
  for_each_part(list, [&](std::string_view part) {
    auto number = number_of_word(kind, part);
    if (!number) number = parse_number(part);
    good = good && number.has_value();
    add_range(statement, point(number.value_or(0)));
  });
  draft.statements.push_back(good ? std::move(statement) : unmodelled(list));
}

// Over IPv6 UNICAST is a matter of the address alone, so that a local one is unicast too, and of several
// types all must hold (net/netfilter/xt_addrtype.c:match_type6).
void take_address_type(PacketField field, std::string_view list, bool negated, Draft& draft) {
  if (draft.family != 6) {
    take_word(field, WordKind::address_type, list, negated, draft);
  } else if (list.find(',') != std::string_view::npos) {
    draft.statements.push_back(unmodelled(list));
  } else {
    const bool unicast = list == "UNICAST";
    take_word(field, WordKind::address_type, unicast ? "unicast,local,anycast" : list, negated, draft);
  }
}

void take_flags(std::string_view mask, std::string_view wanted, bool negated, Draft& draft) {
  const auto bits = flag_list(WordKind::tcp_flag, mask);
  const auto value = flag_list(WordKind::tcp_flag, wanted);
  if (!bits || !value) {
    draft.statements.push_back(unmodelled("tcp-flags"));
    return;
  }
  draft.statements.push_back(match_of(PacketField::tcp_flags, point(*value), negated));
  draft.statements.back().key.front().mask = Bits{0, *bits};
}

void take_mark(std::string_view text, bool negated, Draft& draft) {
  const bool connection = !draft.modules.empty() && draft.modules.back() == "connmark";
  const std::size_t slash = text.find('/');
  const auto value = parse_number(text.substr(0, slash));
  const auto mask = slash == std::string_view::npos ? std::optional<std::uint64_t>(0xffffffffU)
                                                    : parse_number(text.substr(slash + 1));
  if (!value || !mask) {
    draft.statements.push_back(unmodelled("mark"));
    return;
  }
  const PacketField field = connection ? PacketField::ct_mark : PacketField::mark;
  draft.statements.push_back(match_of(field, point(*value), negated));
  draft.statements.back().key.front().mask = Bits{0, *mask};
}

void take_span(bool source, std::string_view text, bool negated, Draft& draft) {
  const std::size_t dash = std::min(text.find('-'), text.size());
  const auto first = parse_address(text.substr(0, dash));
  const auto last = dash == text.size() ? first : parse_address(text.substr(dash + 1));
  if (!first || !last || first->family != draft.family || last->family != draft.family) {
    draft.statements.push_back(unmodelled(text));
    return;
  }
  const PacketField field = draft.family == 4 ? (source ? PacketField::source4 : PacketField::destination4)
                                              : (source ? PacketField::source6 : PacketField::destination6);
  draft.statements.push_back(match_of(field, {first->bits, last->bits}, negated));
}

void add_rate(bool used_up, std::string_view text, Draft& draft) {
  PacketStatement statement;
  statement.kind = Kind::limit;
  statement.negated = used_up;
  statement.text = std::string(text);
  draft.statements.push_back(std::move(statement));
}

// How many connections an address may have; ours is the first one.
void take_connections(bool above, std::string_view count, Draft& draft) {
  if (parse_number(count).value_or(1) > 0) {
    add_rate(above, "connlimit", draft);
  } else if (!above) {
    draft.statements.push_back(match_of(PacketField::absent, {}, false));
  }
}

bool take_rate(std::string_view name, bool negated, Words& words, Draft& draft) {
  if (name == "--limit" || name == "--hashlimit" || name == "--hashlimit-upto") {
    words.next();
    add_rate(negated, name.substr(2), draft);
  } else if (name == "--hashlimit-above") {
    words.next();
    add_rate(!negated, name.substr(2), draft);
  } else if (name == "--connlimit-above" || name == "--connlimit-upto") {
    take_connections((name == "--connlimit-above") != negated, words.next(), draft);
  } else if (name == "--rcheck" || name == "--update" || name == "--remove") {
    draft.statements.push_back(unmodelled("recent"));
    draft.statements.back().negated = negated;
  } else if (name == "--hitcount") {
    // A first connection is not yet there often enough.
    const bool often = parse_number(words.next()).value_or(0) > 1;
    for (PacketStatement& one : draft.statements) {
      if (often && one.kind == Kind::unmodelled && one.text == "recent") {
        one.kind = Kind::limit;
        one.negated = !one.negated;
      }
    }
  } else if (name.starts_with("--hashlimit-") || name.starts_with("--limit-") ||
             name.starts_with("--connlimit-")) {
    skip_values(words);
  } else {
    return false;
  }
  return true;
}

bool take_connection(std::string_view name, bool negated, Words& words, Draft& draft) {
  if (name == "--state" || name == "--ctstate") {
    take_any(PacketField::ct_state, WordKind::ct_state, words.next(), negated, draft);
  } else if (name == "--ctstatus") {
    take_any(PacketField::ct_status, WordKind::ct_status, words.next(), negated, draft);
  } else if (name == "--ctdir") {
    take_word(PacketField::ct_direction, WordKind::ct_direction, words.next(), negated, draft);
  } else if (name == "--mark") {
    take_mark(words.next(), negated, draft);
  } else if (name == "--src-type" || name == "--dst-type") {
    const PacketField field = name == "--src-type" ? PacketField::source_type : PacketField::destination_type;
    take_address_type(field, words.next(), negated, draft);
  } else if (name == "--src-range" || name == "--dst-range") {
    take_span(name == "--src-range", words.next(), negated, draft);
  } else if (name == "--pkt-type") {
    take_word(PacketField::packet_type, WordKind::packet_type, words.next(), negated, draft);
  } else if (name == "--match-set") {
    PacketStatement statement;
    statement.kind = Kind::ipset;
    statement.negated = negated;
    statement.set = std::string(words.next());
    statement.text = std::string(words.next());
    draft.statements.push_back(std::move(statement));
  } else {
    return false;
  }
  return true;
}

bool take_port_or_flag(std::string_view name, bool negated, Words& words, Draft& draft) {
  if (name == "--dport" || name == "--destination-port" || name == "--dports" ||
      name == "--destination-ports") {
    take_ports(PacketField::destination_port, words.next(), negated, draft);
  } else if (name == "--sport" || name == "--source-port" || name == "--sports" || name == "--source-ports") {
    take_ports(PacketField::source_port, words.next(), negated, draft);
  } else if (name == "--tcp-flags") {
    const std::string_view mask = words.next();
    take_flags(mask, words.next(), negated, draft);
  } else if (name == "--syn") {
    take_flags("FIN,SYN,RST,ACK", "SYN", negated, draft);
  } else {
    return false;
  }
  return true;
}

bool take_packet(std::string_view name, bool negated, Words& words, Draft& draft) {
  if (name == "-s" || name == "--source" || name == "--src") {
    take_address(true, words.next(), negated, draft);
  } else if (name == "-d" || name == "--destination" || name == "--dst") {
    take_address(false, words.next(), negated, draft);
  } else if (name == "-p" || name == "--protocol" || name == "--proto") {
    const std::string_view protocol = words.next();
    if (protocol != "all" && protocol != "0")
      take_word(PacketField::protocol, WordKind::protocol, protocol, negated, draft);
  } else if (name == "-i" || name == "--in-interface" || name == "-o" || name == "--out-interface") {
    const bool in = name == "-i" || name == "--in-interface";
    draft.statements.push_back(match_of(in ? PacketField::in_interface : PacketField::out_interface,
                                        name_range(words.next(), '+'), negated));
  } else if (name == "-f" || name == "--fragment") {
    if (!negated) draft.statements.push_back(match_of(PacketField::absent, {}, false));
  } else {
    return false;
  }
  return true;
}

// Modules whose options are all known, or that do nothing without one.
bool is_known_module(std::string_view name) {
  constexpr std::array<std::string_view, 24> kNames = {
      "tcp",    "udp",   "multiport", "conntrack", "state",    "comment", "limit",   "hashlimit",
      "recent", "set",   "mark",      "connmark",  "addrtype", "iprange", "pkttype", "connlimit",
      "icmp",   "icmp6", "icmpv6",    "ipv6-icmp", "udplite",  "sctp",    "dccp",    "nfacct"};
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

void take_module(std::string_view name, Draft& draft) {
  draft.modules.emplace_back(name);
  constexpr std::array<std::string_view, 7> kHeaders = {"rt", "hbh", "dst", "frag", "ah", "mh", "esp"};
  if (std::find(kHeaders.begin(), kHeaders.end(), name) != kHeaders.end()) {
    draft.statements.push_back(match_of(PacketField::absent, {}, false));
  } else if (name == "rpfilter") {
    draft.statements.push_back(match_of(PacketField::no_way_back, point(std::uint64_t{0}), false));
  } else if (!is_known_module(name)) {
    draft.statements.push_back(unmodelled(name));
  }
}

// Options that change nothing of what matches.
bool is_idle(std::string_view name) {
  constexpr std::array<std::string_view, 14> kNames = {"--rsource",
                                                       "--rdest",
                                                       "--name",
                                                       "--seconds",
                                                       "--set",
                                                       "--reap",
                                                       "--icmp-type",
                                                       "--icmpv6-type",
                                                       "--nfacct-name",
                                                       "--mask",
                                                       "--return-nomatch",
                                                       "--limit-iface-in",
                                                       "--limit-iface-out",
                                                       "--rttl"};
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

}  // namespace

PacketStatement unmodelled(std::string_view text) {
  PacketStatement statement;
  statement.kind = Kind::unmodelled;
  statement.text = std::string(text);
  return statement;
}

PacketStatement match_of(PacketField field, BitsRange range, bool negated) {
  PacketStatement statement = listed(field, negated);
  add_range(statement, range);
  return statement;
}

void take_match(std::string_view name, bool negated, Words& words, Draft& draft) {
  if (name == "-m" || name == "--match") {
    take_module(words.next(), draft);
    return;
  }
  if (take_packet(name, negated, words, draft) || take_port_or_flag(name, negated, words, draft) ||
      take_connection(name, negated, words, draft) || take_rate(name, negated, words, draft)) {
    return;
  }
  if (name == "--comment") {
    draft.comment = std::string(words.next());
  } else if (name == "--invert" && !draft.modules.empty() && draft.modules.back() == "rpfilter") {
    for (PacketStatement& one : draft.statements) {
      if (!one.key.empty() && one.key.front().field == PacketField::no_way_back) one.negated = true;
    }
  } else {
    // What a module that is known does not know makes the match uncertain; others are so already.
    const bool known = draft.modules.empty() || is_known_module(draft.modules.back());
    if (known && !is_idle(name)) draft.statements.push_back(unmodelled(name));
    skip_values(words);
  }
}

}  // namespace reentry::ipt
