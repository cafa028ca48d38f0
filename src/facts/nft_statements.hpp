// One rule of nft's JSON as statements.
#pragma once

#include <vector>

#include "facts/nft_expressions.hpp"
#include "facts/packet_rules.hpp"

namespace reentry::nft {

// `{"drop": null}`, `{"jump": {"target": "x"}}`. False where it is no verdict; `continue` is none that
// counts.
[[nodiscard]] bool read_verdict(const Json& value, PacketVerdict& verdict, std::string& chain);

// Adds what the statement does; nothing for counters, logs and their kind. What is not modelled is there as
// `unmodelled` (it may end the rule early) or `elsewhere`.
void add_statements(const Json& statement, std::vector<PacketStatement>& out);

// True for what iptables-nft leaves in a rule and nft's JSON cannot tell.
[[nodiscard]] bool is_of_iptables(const Json& statement);

}  // namespace reentry::nft
