#include "facts/firewall.hpp"

#include <algorithm>
#include <array>

namespace reentry {
namespace {

std::vector<std::string_view> net_fields(std::string_view line) {
  std::vector<std::string_view> out;
  constexpr std::string_view kBlanks = " \t\r";
  while (true) {
    const std::size_t begin = line.find_first_not_of(kBlanks);
    if (begin == std::string_view::npos) return out;
    line.remove_prefix(begin);
    const std::size_t end = std::min(line.find_first_of(kBlanks), line.size());
    out.push_back(line.substr(0, end));
    line.remove_prefix(end);
  }
}

template <typename Take>
void each_net_line(std::string_view bytes, Take take) {
  while (!bytes.empty()) {
    const std::size_t end = std::min(bytes.find('\n'), bytes.size());
    take(net_fields(bytes.substr(0, end)));
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
  }
}

std::optional<std::uint64_t> hex_number(std::string_view text) {
  return parse_number("0x" + std::string(text));
}

// The kernel prints an IPv4 address as the number that it is in memory.
std::optional<std::uint64_t> swapped(std::string_view text) {
  const auto number = hex_number(text);
  if (!number || text.size() != 8) return std::nullopt;
  return ((*number & 0xffU) << 24U) | ((*number & 0xff00U) << 8U) | ((*number >> 8U) & 0xff00U) |
         (*number >> 24U);
}

std::optional<Bits> ipv6_bits(std::string_view text) {
  if (text.size() != 32) return std::nullopt;
  const auto high = hex_number(text.substr(0, 16));
  const auto low = hex_number(text.substr(16));
  if (!high || !low) return std::nullopt;
  return Bits{*high, *low};
}

}  // namespace

RuleOwner owner_of(const RulePlace& place) {
  const std::string& chain = place.chain;
  const std::string& table = place.table;
  const auto has = [&](std::string_view word) {
    return chain.find(word) != std::string::npos || table.find(word) != std::string::npos;
  };
  if (has("f2b-") || has("fail2ban") || place.text.find("f2b-") != std::string::npos)
    return RuleOwner::fail2ban;
  if (has("sshguard")) return RuleOwner::sshguard;
  if (has("crowdsec") || has("CROWDSEC")) return RuleOwner::crowdsec;
  if (has("ufw-") || has("ufw6-")) return RuleOwner::ufw;
  if (table == "firewalld") return RuleOwner::firewalld;
  if (chain == "LOCALINPUT" || chain == "DENYIN" || chain == "LOGDROPIN") return RuleOwner::csf;
  if (has("DOCKER") || has("KUBE-")) return RuleOwner::container;
  return RuleOwner::administrator;
}

std::string_view name_of(RuleOwner owner) {
  switch (owner) {
    case RuleOwner::administrator: return "administrator";
    case RuleOwner::ufw: return "ufw";
    case RuleOwner::firewalld: return "firewalld";
    case RuleOwner::fail2ban: return "fail2ban";
    case RuleOwner::sshguard: return "sshguard";
    case RuleOwner::crowdsec: return "crowdsec";
    case RuleOwner::csf: return "csf";
    case RuleOwner::container: return "container";
  }
  return "administrator";
}

std::string jail_of(const RulePlace& place) {
  constexpr std::array<std::string_view, 4> kPrefixes = {"addr-set-", "addr6-set-", "f2b-chain-", "f2b-"};
  for (const std::string_view prefix : kPrefixes) {
    // The set in the rule's words tells the jail where one chain serves all of them.
    for (const std::string* text : {&place.text, &place.chain}) {
      const std::size_t at = text->find(prefix);
      if (at == std::string::npos) continue;
      const std::string_view rest = std::string_view(*text).substr(at + prefix.size());
      std::string jail(rest.substr(0, rest.find_first_of(" \t,;}\"")));
      if (jail != "chain" && jail != "table" && !jail.empty()) return jail;
    }
  }
  return {};
}

std::vector<Route> parse_ipv4_routes(std::string_view bytes) {
  std::vector<Route> out;
  each_net_line(bytes, [&out](const std::vector<std::string_view>& fields) {
    if (fields.size() < 8) return;
    const auto to = swapped(fields[1]);
    const auto mask = swapped(fields[7]);
    const auto flags = hex_number(fields[3]);
    constexpr std::uint64_t kUp = 1;
    if (!to || !mask || !flags || (*flags & kUp) == 0) return;
    Route route;
    route.to = {{0, *to}, {0, *to | (~*mask & 0xffffffffU)}};
    route.metric = static_cast<std::uint32_t>(parse_number(fields[6]).value_or(0));
    route.interface = std::string(fields[0]);
    out.push_back(std::move(route));
  });
  return out;
}

std::vector<Route> parse_ipv6_routes(std::string_view bytes) {
  std::vector<Route> out;
  each_net_line(bytes, [&out](const std::vector<std::string_view>& fields) {
    if (fields.size() < 10) return;
    const auto to = ipv6_bits(fields[0]);
    const auto length = hex_number(fields[1]);
    const auto flags = hex_number(fields[8]);
    constexpr std::uint64_t kUp = 1;
    constexpr std::uint64_t kReject = 0x200;
    if (!to || !length || !flags || (*flags & kUp) == 0 || (*flags & kReject) != 0 || fields[9] == "lo")
      return;
    Route route;
    route.family = 6;
    route.to = prefix_range({6, *to}, static_cast<unsigned>(*length));
    route.metric = static_cast<std::uint32_t>(hex_number(fields[5]).value_or(0));
    route.interface = std::string(fields[9]);
    out.push_back(std::move(route));
  });
  return out;
}

std::vector<InterfaceAddress> parse_ipv6_addresses(std::string_view bytes) {
  std::vector<InterfaceAddress> out;
  each_net_line(bytes, [&out](const std::vector<std::string_view>& fields) {
    if (fields.size() < 6) return;
    const auto bits = ipv6_bits(fields[0]);
    if (bits) out.push_back({std::string(fields[5]), {6, *bits}});
  });
  return out;
}

std::vector<NetAddress> parse_local_ipv4(std::string_view bytes) {
  std::vector<NetAddress> out;
  std::optional<NetAddress> last;
  each_net_line(bytes, [&](const std::vector<std::string_view>& fields) {
    if (fields.size() >= 2 && fields[0] == "|--") last = parse_address(fields[1]);
    const bool local =
        fields.size() >= 3 && fields[0] == "/32" && fields[1] == "host" && fields[2] == "LOCAL";
    if (local && last && std::find(out.begin(), out.end(), *last) == out.end()) out.push_back(*last);
  });
  return out;
}

std::string interface_for(const FirewallFacts& facts, const NetAddress& address) {
  const Route* best = nullptr;
  for (const Route& route : facts.routes) {
    if (route.family != address.family || !route.to.has(point(address.bits))) continue;
    if (best == nullptr || (best->to.has(route.to) && best->to != route.to) ||
        (best->to == route.to && route.metric < best->metric)) {
      best = &route;
    }
  }
  return best == nullptr ? std::string() : best->interface;
}

}  // namespace reentry
