#include "login/firewall_gate.hpp"
#include "facts/sshd_processes.hpp"

#include <algorithm>
#include <set>
#include <string>

#include "base/shown.hpp"
#include "login/exhibits.hpp"

namespace reentry {
namespace {

constexpr std::string_view kFirewallGate = "network/firewall";

bool is_loopback(const NetAddress& address) {
  if (address.family == 4) return address.bits.low >> 24U == 127;
  return address.bits == Bits{0, 1};
}

// The ports of sshd that a client of the family may dial.
std::vector<std::uint16_t> ports_of(const GateInput& input, int family, bool loopback) {
  if (input.question.port) return {static_cast<std::uint16_t>(*input.question.port)};
  std::set<std::uint16_t> ports;
  for (const std::string& value : input.startup["listenaddress"].values) {
    const std::size_t colon = value.rfind(':');
    if (colon == std::string::npos || value.starts_with('/')) continue;
    std::string host = value.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    const auto address = parse_address(host);
    const auto port = parse_number(value.substr(colon + 1));
    const bool reaches = !address || (address->family == family && (loopback || !is_loopback(*address)));
    if (reaches && port && *port < 65536) ports.insert(static_cast<std::uint16_t>(*port));
  }
  return {ports.begin(), ports.end()};
}

std::set<std::string> outer_interfaces(const FirewallFacts& facts) {
  std::set<std::string> names;
  for (const Route& route : facts.routes) {
    if (route.interface != "lo") names.insert(route.interface);
  }
  return names;
}

// What is known of packets that come in from outside; `source` is still to be filled in.
TcpConnection connection_to(const FirewallFacts& facts, int family, const std::string& interface) {
  TcpConnection out;
  out.family = family;
  out.interface = interface;
  std::vector<NetAddress> here;
  for (const InterfaceAddress& one : facts.addresses) {
    const bool link_local = one.address.family == 6 && one.address.bits.high >> 54U == 0x3fa;
    if (one.address.family == family && !is_loopback(one.address) && !link_local &&
        (interface.empty() || one.interface.empty() || one.interface == interface)) {
      here.push_back(one.address);
    }
  }
  if (here.size() == 1) out.destination = point(here.front().bits);
  return out;
}

TcpConnection connection_from(const FirewallFacts& facts, const NetAddress& address) {
  const bool own = std::any_of(facts.addresses.begin(), facts.addresses.end(),
                               [&address](const InterfaceAddress& one) { return one.address == address; });
  const std::set<std::string> outer = outer_interfaces(facts);
  std::string interface = interface_for(facts, address);
  if (interface.empty() && outer.size() == 1) interface = *outer.begin();
  TcpConnection out = connection_to(facts, address.family, interface);
  out.source = point(address.bits);
  if (is_loopback(address) || own) {
    out.loopback = true;
    out.interface = "lo";
    out.destination = out.source;
  }
  return out;
}

bool refuses(const FilterAnswer& answer) {
  return answer.verdict == FilterVerdict::drop || answer.verdict == FilterVerdict::reject ||
         answer.verdict == FilterVerdict::away;
}

std::string words_of(const RulePlace& place) {
  if (place.tool == "fail2ban") return "fail2ban [" + jail_of(place) + "]";
  std::string out = place.tool.starts_with("ip")
                        ? fmt::format("{} -t {} {}", place.tool, place.table, place.chain)
                        : fmt::format("{} {} {} {}", place.tool, place.family, place.table, place.chain);
  if (place.number == 0) return out + " policy";
  if (place.handle != 0 && !place.tool.starts_with("ip"))
    return out + fmt::format(" handle {}", place.handle);
  return out + fmt::format(" rule {}", place.number);
}

Exhibit rule_exhibit(const RulePlace& place) {
  if (!place.file.empty()) return {"file", place.file, place.line, place.text};
  return {"process", words_of(place), 0,
          place.text.empty() && place.number == 0 ? "policy drop" : place.text};
}

std::string_view name_of(FilterPhase phase) {
  switch (phase) {
    case FilterPhase::first: return "first";
    case FilterPhase::reply: return "reply";
    case FilterPhase::later: return "later";
  }
  return "first";
}

Cause cause_of(const FilterAnswer& answer) {
  switch (owner_of(answer.place)) {
    case RuleOwner::fail2ban:
    case RuleOwner::sshguard:
    case RuleOwner::crowdsec:
    case RuleOwner::csf: return Cause::network_banned;
    default: break;
  }
  if (answer.verdict == FilterVerdict::away) return Cause::network_redirected;
  return answer.verdict == FilterVerdict::drop ? Cause::network_firewall_drops
                                               : Cause::network_firewall_rejects;
}

Obstacle obstacle_of(const GateInput& input, Cause cause, const RulePlace& place, const FilterAnswer& answer,
                     std::uint16_t port, int family) {
  Obstacle obstacle;
  obstacle.cause = cause;
  obstacle.at = rule_exhibit(place);
  obstacle.details = {{"tool", place.tool},
                      {"owner", std::string(name_of(owner_of(place)))},
                      {"family", place.family},
                      {"table", place.table},
                      {"chain", place.chain},
                      {"base", answer.base_chain.empty() ? place.chain : answer.base_chain},
                      {"rule", words_of(place)},
                      {"port", std::to_string(port)},
                      {"version", std::to_string(family)},
                      {"verdict", std::string(name_of(answer.verdict))},
                      {"reject", answer.reject},
                      {"phase", std::string(name_of(answer.phase))},
                      {"jail", jail_of(place)},
                      {"comment", place.comment},
                      {"from", input.question.from.value_or("")}};
  return obstacle;
}

// All that a client of one address (or of any) meets at the ports that sshd has.
struct Findings {
  bool passes = false;
  bool unsure = false;
  std::vector<Obstacle> refusals;
  std::vector<Obstacle> notes;
  std::vector<Missing> unknown;
};

void add_answer(const GateInput& input, const FilterAnswer& answer, const TcpConnection& connection,
                Findings& findings) {
  if (answer.verdict == FilterVerdict::unknown) {
    findings.unsure = true;
    findings.unknown.insert(findings.unknown.end(), answer.unknown.begin(), answer.unknown.end());
    return;
  }
  if (refuses(answer)) {
    findings.refusals.push_back(
        obstacle_of(input, cause_of(answer), answer.place, answer, connection.port, connection.family));
    return;
  }
  if (answer.arrives_at != connection.port && !is_wanted_port(input.facts, answer.arrives_at)) {
    findings.unsure = true;
    findings.unknown.push_back({Why::not_asked, "packet filter",
                                "who answers at port " + std::to_string(answer.arrives_at) +
                                    ", to which it sends port " + std::to_string(connection.port)});
    return;
  }
  findings.passes = true;
  if (answer.limited) {
    findings.notes.push_back(obstacle_of(input, Cause::network_rate_limited, *answer.limited, answer,
                                         connection.port, connection.family));
  }
}

void judge_one(const GateInput& input, const PacketFilter& filter, const NetAddress& address,
               Findings& findings) {
  TcpConnection connection = connection_from(input.facts.firewall, address);
  for (const std::uint16_t port : ports_of(input, address.family, connection.loopback)) {
    connection.port = port;
    add_answer(input, filter.judge(connection), connection, findings);
  }
}

// The rules tell sources apart: who gets through, for a note.
void note_sources(const GateInput& input, const TcpConnection& connection,
                  const std::vector<PacketFilter::Share>& shares, Findings& findings) {
  constexpr std::size_t kNamed = 6;
  std::string passing;
  std::size_t count = 0;
  const FilterAnswer* refused = nullptr;
  for (const PacketFilter::Share& share : shares) {
    if (refuses(share.answer) && refused == nullptr) refused = &share.answer;
    if (share.answer.verdict != FilterVerdict::pass || ++count > kNamed) continue;
    passing += (passing.empty() ? "" : ", ") + text_of(connection.family, share.source);
  }
  if (refused == nullptr) return;
  // A few addresses that are kept out are nobody's business; a few that are let in are everybody's.
  std::size_t kept_out = shares.size() - count;
  if (kept_out < count) return;
  if (count > kNamed) passing += ", …";
  findings.notes.push_back(obstacle_of(input, Cause::network_only_some_sources, refused->place, *refused,
                                       connection.port, connection.family));
  findings.notes.back().details.emplace_back("passing", passing);
}

void judge_any(const GateInput& input, const PacketFilter& filter, int family, Findings& findings) {
  const std::set<std::string> outer = outer_interfaces(input.facts.firewall);
  TcpConnection connection =
      connection_to(input.facts.firewall, family, outer.size() == 1 ? *outer.begin() : "");
  for (const std::uint16_t port : ports_of(input, family, false)) {
    connection.port = port;
    const std::vector<PacketFilter::Share> shares = filter.judge_every_source(connection);
    bool all = !shares.empty();
    bool none = !shares.empty();
    for (const PacketFilter::Share& share : shares) {
      all = all && share.answer.verdict == FilterVerdict::pass;
      none = none && refuses(share.answer);
    }
    if (all || none) {
      add_answer(input, shares.front().answer, connection, findings);
      continue;
    }
    if (shares.empty()) {
      connection.source = every_address(family);
      add_answer(input, filter.judge(connection), connection, findings);
      continue;
    }
    for (const PacketFilter::Share& share : shares) {
      findings.passes = findings.passes || share.answer.verdict == FilterVerdict::pass;
      if (share.answer.verdict == FilterVerdict::unknown)
        add_answer(input, share.answer, connection, findings);
    }
    if (findings.passes) note_sources(input, connection, shares, findings);
  }
}

// Whether clients over IPv6 count: where the host is known to have no address for them they don't.
bool has_ipv6(const GateInput& input) {
  const FirewallFacts& facts = input.facts.firewall;
  if (facts.addresses.empty()) return false;
  return std::any_of(facts.addresses.begin(), facts.addresses.end(), [](const InterfaceAddress& one) {
    return one.address.family == 6 && one.address.bits.high >> 61U == 1;  // 2000::/3
  });
}

void conclude(const GateInput& input, const FirewallFacts& facts, Findings findings, Gate& gate) {
  if (findings.passes) {
    gate.obstacles = std::move(findings.notes);
    for (const FirewallFacts::Unloadable& one : facts.unloadable) {
      gate.obstacles.push_back({Cause::network_firewall_not_loaded,
                                {"file", one.file, one.line, {}},
                                {},
                                {{"message", one.message}, {"path", one.file}}});
    }
    return;
  }
  if (findings.unsure) {
    gate.result = GateResult::unknown;
    gate.unknown = std::move(findings.unknown);
    gate.detail = say("what the packet filter does cannot be told",
                      "パケットフィルターがどう判断するかを確認できません");
    return;
  }
  if (findings.refusals.empty()) return;
  gate.result = GateResult::refuse;
  gate.obstacles = std::move(findings.refusals);
  const Obstacle& first = gate.obstacles.front();
  const std::string who = input.question.from ? shown(*input.question.from) : "*";
  gate.detail =
      say("{} stops the packets of {} to port {}", "{0} が {1} から {2} 番ポートへのパケットを止めます",
          shown(first.detail("rule")), who, shown(first.detail("port")));
}

}  // namespace

Gate firewall_gate(const GateInput& input, const PacketFilter* filter) {
  Gate gate = gate_of(kFirewallGate, GateResult::pass);
  const FirewallFacts& facts = input.facts.firewall;
  if (filter == nullptr) {
    const Known<PacketRules>& rules = firewall_rules(input.facts, input.when);
    return unknown_gate(kFirewallGate, {rules.missing()},
                        say("the rules of the packet filter could not be read",
                            "パケットフィルターのルールを読めませんでした"));
  }
  Findings findings;
  const auto address = input.question.from ? parse_address(*input.question.from) : std::nullopt;
  if (address) {
    judge_one(input, *filter, *address, findings);
  } else {
    judge_any(input, *filter, 4, findings);
    const bool serves_v4 = findings.passes || findings.unsure || !findings.refusals.empty();
    if (!serves_v4 || (!findings.passes && has_ipv6(input))) judge_any(input, *filter, 6, findings);
  }
  conclude(input, facts, std::move(findings), gate);
  return gate;
}

const Known<PacketRules>& firewall_rules(const Facts& facts, When when) {
  return when == When::now ? facts.firewall.now : facts.firewall.next_start;
}

}  // namespace reentry
