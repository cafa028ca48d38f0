#include <algorithm>
#include <iterator>
#include <utility>

#include "facts/nft_ruleset.hpp"

namespace reentry {
namespace {

// The rules keep nft's handles where both lists are of the same rules.
void copy_handles(const PacketTable& from, PacketTable& to) {
  for (PacketChain& chain : to.chains) {
    const PacketChain* other = from.chain(chain.name);
    if (other == nullptr || other->rules.size() != chain.rules.size()) continue;
    for (std::size_t i = 0; i < chain.rules.size(); ++i)
      chain.rules[i].place.handle = other->rules[i].place.handle;
  }
}

}  // namespace

PacketRules with_iptables(NftRuleset nft, PacketRules saved) {
  for (PacketTable& table : nft.rules.tables) {
    const std::string name = table.family + " " + table.name;
    if (std::find(nft.of_iptables.begin(), nft.of_iptables.end(), name) == nft.of_iptables.end()) continue;
    const auto found =
        std::find_if(saved.tables.begin(), saved.tables.end(), [&table](const PacketTable& other) {
          return other.family == table.family && other.name == table.name;
        });
    if (found == saved.tables.end()) continue;
    copy_handles(table, *found);
    table = std::move(*found);
    saved.tables.erase(found);
  }
  return std::move(nft.rules);
}

}  // namespace reentry
