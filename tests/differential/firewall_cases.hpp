// Random rule sets in the languages of nft and iptables.
#pragma once

#include <cstdint>
#include <string>

namespace reentry::differential {

struct FirewallCase {
  std::string nft;       // for `nft -f -`; may be empty
  std::string ipset;     // for `ipset restore`
  std::string iptables;  // for iptables-restore; may be empty
  std::string ip6tables;
  bool legacy = false;  // iptables-legacy-restore and its sister
};

// The rule set number `index` of the run `seed`.
[[nodiscard]] FirewallCase random_firewall(std::uint64_t seed, std::uint64_t index, bool legacy_works,
                                           bool ipset_works);

}  // namespace reentry::differential
