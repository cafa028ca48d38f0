// Any bytes as nft's JSON and as its listing; whatever comes out can be judged.
#include "facts/nft_ruleset.hpp"
#include "fuzz.hpp"
#include "login/packet_filter.hpp"

REENTRY_FUZZ(bytes) {
  using namespace reentry;
  auto ruleset = parse_nft_ruleset(bytes);
  if (!ruleset) return;
  name_nft_rules(bytes, ruleset->rules);
  place_nft_rules(bytes, "/etc/nftables.conf", ruleset->rules);
  const PacketFilter filter(ruleset->rules);
  TcpConnection connection;
  connection.source = point(std::uint64_t{0xc0000207});
  const FilterAnswer answer = filter.judge(connection);
  fuzz::must((answer.verdict == FilterVerdict::unknown) == !answer.unknown.empty());
}
