// The rules of a packet filter, whatever language they were written in: nft's own, or that of iptables. Plain
// values; login/packet_filter.hpp judges packets by them. Sources: nft(8), libnftables-json(5),
// iptables-extensions(8), the kernel's net/netfilter and net/ipv4/netfilter.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "facts/packet_values.hpp"

namespace reentry {

// What of a packet is looked at. A packet has no address of the other family, and no test of it matches.
enum class PacketField {
  family,            // 2 or 10 (nfproto)
  protocol,          // 6
  source4,           // ip saddr
  source6,           // ip6 saddr
  destination4,      // ip daddr
  destination6,      // ip6 daddr
  source_port,       // of TCP
  destination_port,  // of TCP
  tcp_flags,
  in_interface,   // its name
  out_interface,  // its name
  ct_state,       // one bit of WordKind::ct_state
  ct_status,
  ct_direction,
  mark,
  ct_mark,
  packet_type,
  destination_type,  // local, unicast … as a route to it says
  source_type,
  no_way_back,  // 1 where no route leads to the source through the interface it came in by (fib … oif
                // missing)
  absent,       // of another protocol: no packet of TCP has it
  other,        // not modelled: whether it matches can't be told
};

// A field, or those of its bits that `mask` has.
struct PacketKey {
  PacketField field = PacketField::other;
  std::optional<Bits> mask;
};

enum class PacketVerdict { none, accept, drop, return_, jump, go_to };

// One entry of a set, or of a map of verdicts: a range for each part of the key.
struct SetElement {
  std::vector<BitsRange> key;
  bool except = false;  // ipset's nomatch
  bool rest = false;    // `*`: whatever no other entry has
  PacketVerdict verdict = PacketVerdict::none;
  std::string chain;
};

struct PacketSet {
  std::string family;  // as of its table; empty for a set of ipset(8)
  std::string table;
  std::string name;
  std::vector<SetElement> elements;
  std::vector<std::string> kinds;  // of a set of ipset(8), the parts of its key: ip, net, port, iface
  int version = 4;                 // of such a set: 4 or 6
  bool opaque = false;             // what is in it could not be read
};

// One piece of a rule, in the order in which the kernel goes through them.
struct PacketStatement {
  enum class Kind {
    match,     // goes on where the key is among `elements` (or the named set); with `negated` where it is not
    any_flag,  // goes on where a bit of the mask is set
    ipset,     // as match, in a set of ipset(8); `text`: which side of the packet each part of the key is of
               // (`src,dst`)
    verdict_map,
    limit,       // a rate: a first connection meets it unused. Goes on as `negated` says: while there is room
                 // (false), or when it is used up (true)
    unmodelled,  // goes on or not: nobody can tell. `text` names it
    verdict,     // ends the rule
    reject,      // `text`: how, in nft's words: `tcp reset`, `icmp host-prohibited`, `icmpx port-unreachable`
    redirect,    // the packet goes to another port of this host, or (`away`) to another host
    nat_done,    // the source is rewritten, which ends the nat chain
    elsewhere,   // handed to another program, whose verdict nobody knows. `text` names it
    notrack,     // the connection is not tracked
    add_to_set,  // the packet changes `set`
    set_mark,    // mark = (mark & ~mask) ^ value; where `text` is not empty, nobody knows to what
    set_ct_mark,  // the same for the connection's mark
    copy_mark,    // ct mark = mark
    restore_mark  // mark = ct mark
  };
  Kind kind = Kind::match;
  bool negated = false;
  std::vector<PacketKey> key;
  std::vector<SetElement> elements;
  std::string set;  // instead of `elements`
  PacketVerdict verdict = PacketVerdict::none;
  std::string text;  // the chain for jump and goto
  Bits mask;
  Bits value;
  int family = 0;  // redirect: of packets of this family alone (4 or 6)
  bool away = false;
};

// Where a rule stands, for people.
struct RulePlace {
  std::string tool;  // `nft`, `iptables`, `ip6tables`, `iptables-legacy`, `ip6tables-legacy`
  std::string family;
  std::string table;
  std::string chain;
  std::uint64_t handle = 0;  // nft's own; 0: none is known
  std::size_t number = 0;    // within the chain, from 1; 0: the chain's policy
  std::string text;          // as the tool prints it
  std::string comment;       // the rule's own
  std::string file;          // where it comes from, when it is known
  std::size_t line = 0;      // of that file, from 1
  bool operator==(const RulePlace&) const = default;
};

struct PacketRule {
  std::vector<PacketStatement> statements;
  RulePlace place;
};

enum class PacketHook { none, ingress, prerouting, input, output, postrouting, forward };

struct PacketChain {
  std::string name;
  PacketHook hook = PacketHook::none;  // none: others jump here
  int priority = 0;
  bool nat = false;    // asked for the first packet of a connection alone
  bool drops = false;  // the policy
  std::string device;  // ingress: of this interface alone; empty: not known
  std::vector<PacketRule> rules;
};

struct PacketTable {
  std::string family;  // ip, ip6, inet, netdev, arp, bridge
  std::string name;
  std::string tool;
  std::vector<PacketChain> chains;
  [[nodiscard]] const PacketChain* chain(std::string_view chain_name) const;
};

struct PacketRules {
  std::vector<PacketTable> tables;
  std::vector<PacketSet> sets;
  [[nodiscard]] bool empty() const { return tables.empty(); }
  // Of a table (nft), or of ipset(8) where `family` is empty.
  [[nodiscard]] const PacketSet* set(std::string_view family, std::string_view table,
                                     std::string_view name) const;
  void append(PacketRules more);
};

// Readers of outside bytes stop at these; what lies beyond makes the result unreadable, never shorter.
inline constexpr std::size_t kMaxRulesBytes = std::size_t{64} << 20U;
inline constexpr std::size_t kMaxRules = 1'000'000;

}  // namespace reentry
