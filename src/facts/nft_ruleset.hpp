// What `nft -j list ruleset` prints.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/known.hpp"
#include "facts/packet_rules.hpp"

namespace reentry {

struct NftRuleset {
  PacketRules rules;
  // Tables (`ip filter`) with rules of iptables-nft whose JSON does not tell everything: `iptables-save`
  // does. Such statements are unmodelled.
  std::vector<std::string> of_iptables;
};

// Malformed where it is no such JSON or larger than kMaxRulesBytes.
[[nodiscard]] Known<NftRuleset> parse_nft_ruleset(std::string_view json);

// The ruleset with the tables of iptables-nft as `iptables-save` and `ip6tables-save` tell them.
[[nodiscard]] PacketRules with_iptables(NftRuleset nft, PacketRules saved);

// Gives each rule the words of `nft -a list ruleset`, found by table, chain and handle.
void name_nft_rules(std::string_view listing, PacketRules& rules);

// Gives rules the file and line that hold the same words: a line of `file` that is the only one of its table
// and chain to say so.
void place_nft_rules(std::string_view bytes, const std::string& file, PacketRules& rules);

}  // namespace reentry
