// Whether a connection of TCP gets through a host's packet filter, and which rule decides. Pure: the rules as
// they were read, and one connection. Sources: the kernel's net/netfilter (core.c, nf_tables_core.c,
// nft_*.c, nf_conntrack_proto_tcp.c, nf_nat_core.c) and net/ipv4/netfilter/ip_tables.c.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/known.hpp"
#include "facts/packet_rules.hpp"

namespace reentry {

// What a client's packets look like when they arrive.
struct TcpConnection {
  int family = 4;                        // 4 or 6
  BitsRange source;                      // the client's address, or several that no rule tells apart
  std::optional<BitsRange> destination;  // the host's address that is dialled; nothing: not known
  BitsRange source_port{{0, 1024}, {0, 65535}};
  std::uint16_t port = 22;
  std::string interface;  // by which the packets come in; empty: not known
  bool loopback = false;  // client and server are the same host
};

enum class FilterVerdict {
  pass,
  drop,
  reject,
  away,     // sent on to another host
  unknown,  // it depends on something that is not known or not modelled
};
[[nodiscard]] std::string_view name_of(FilterVerdict verdict);

// Which packet of the connection is the first that does not get through.
enum class FilterPhase { first, reply, later };

struct FilterAnswer {
  FilterVerdict verdict = FilterVerdict::pass;
  FilterPhase phase = FilterPhase::first;
  std::string reject;             // how, in nft's words; for FilterVerdict::reject
  RulePlace place;                // what decides; without a chain: no rule spoke
  std::string base_chain;         // of a refusal: the base chain whose verdict it is
  std::uint16_t arrives_at = 22;  // the port behind every redirection
  std::vector<Missing> unknown;   // for FilterVerdict::unknown
  // A rate limit lets this connection pass and refuses it once it is used up: that rule.
  std::optional<RulePlace> limited;
};

// The rules of one host, made ready to be asked. Holds a reference to them.
class PacketFilter {
 public:
  explicit PacketFilter(const PacketRules& rules);
  ~PacketFilter();
  PacketFilter(const PacketFilter&) = delete;
  PacketFilter& operator=(const PacketFilter&) = delete;

  [[nodiscard]] FilterAnswer judge(const TcpConnection& connection) const;

  // The same for every source at once: neighbours with the same answer are one. Sources that no client has
  // (127.0.0.0/8, multicast …) are left out. Nothing where the rules tell more sources apart than can be
  // asked about one by one.
  struct Share {
    BitsRange source;
    FilterAnswer answer;
  };
  [[nodiscard]] std::vector<Share> judge_every_source(const TcpConnection& connection) const;

  class Index;

 private:
  const PacketRules& rules_;
  std::unique_ptr<Index> index_;
};

}  // namespace reentry
