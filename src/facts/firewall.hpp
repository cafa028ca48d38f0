// The packet filter of a host and the network around it, as far as they decide whether a login arrives.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/known.hpp"
#include "facts/packet_rules.hpp"

namespace reentry {

struct InterfaceAddress {
  std::string interface;
  NetAddress address;
};

// A route by which packets leave, and so the interface by which those of the other end come in.
struct Route {
  BitsRange to;
  int family = 4;
  std::uint32_t metric = 0;
  std::string interface;
};

// Who writes the rules of a chain.
enum class RuleOwner { administrator, ufw, firewalld, fail2ban, sshguard, crowdsec, csf, container };

struct FirewallFacts {
  bool collected = false;
  Known<PacketRules> now;                   // those that hold; Missing: nobody knows
  Known<PacketRules> next_start;            // those that the files load when the host starts
  std::vector<InterfaceAddress> addresses;  // of the host; empty where it does not run
  std::vector<Route> routes;
  struct Unloadable {  // a file that its tool does not take
    std::string file;
    std::size_t line = 0;
    std::string message;
  };
  std::vector<Unloadable> unloadable;
  // Bans that fail2ban's database holds, and that are put in place again when it starts; also in
  // `next_start`.
  struct Ban {
    std::string jail;
    std::string address;  // as it is written
    int family = 4;
    BitsRange network;
    std::int64_t until = 0;  // seconds since 1970; -1: for ever
  };
  std::vector<Ban> bans;
  std::string ban_file;        // the database; empty: none was of use
  bool ban_tool_runs = false;  // fail2ban's socket is there
};

// Told by the names of tables, chains and sets that the tools give.
[[nodiscard]] RuleOwner owner_of(const RulePlace& place);
[[nodiscard]] std::string_view name_of(RuleOwner owner);
// fail2ban's jail, by the name of its chain or set (`f2b-sshd`, `addr-set-sshd`); empty where it is none.
[[nodiscard]] std::string jail_of(const RulePlace& place);

// /proc/net/route and /proc/net/ipv6_route.
[[nodiscard]] std::vector<Route> parse_ipv4_routes(std::string_view bytes);
[[nodiscard]] std::vector<Route> parse_ipv6_routes(std::string_view bytes);
// The local addresses of /proc/net/fib_trie (no interface is told) and /proc/net/if_inet6.
[[nodiscard]] std::vector<InterfaceAddress> parse_ipv6_addresses(std::string_view bytes);
[[nodiscard]] std::vector<NetAddress> parse_local_ipv4(std::string_view bytes);

// The interface by which packets to (and so from) the address go; empty where no route is known.
[[nodiscard]] std::string interface_for(const FirewallFacts& facts, const NetAddress& address);

}  // namespace reentry
