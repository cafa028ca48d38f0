// Any bytes as what iptables-save and ipset print; whatever comes out can be judged.
#include "facts/iptables_save.hpp"
#include "fuzz.hpp"
#include "login/packet_filter.hpp"

REENTRY_FUZZ(bytes) {
  using namespace reentry;
  PacketRules all;
  if (auto sets = parse_ipset_save(bytes)) all.append(std::move(*sets));
  for (const int family : {4, 6}) {
    auto rules = parse_iptables_save(bytes, family == 4 ? "ip" : "ip6", "iptables", "rules.v4");
    if (!rules) continue;
    all.append(std::move(*rules));
  }
  const PacketFilter filter(all);
  for (const int family : {4, 6}) {
    TcpConnection connection;
    connection.family = family;
    connection.source = point(std::uint64_t{0xc0000207});
    const FilterAnswer answer = filter.judge(connection);
    fuzz::must((answer.verdict == FilterVerdict::unknown) == !answer.unknown.empty());
  }
}
