// Sentences and remedies that the checks of the packet filter share.
#pragma once

#include <string>

#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {

// What a client sees of a packet that ends so: `Connection timed out`, `No route to host` …
[[nodiscard]] std::string client_words(const SeenCase& it);
// The rule with its chain, and where it comes from.
[[nodiscard]] std::string rule_words(const SeenCase& it);
// The client's address as a packet filter takes it; empty where none was named.
[[nodiscard]] std::string asked_source(const SeenCase& it);

// One rule that lets the asked address (or, where none was named, everybody) reach the port, by the tool that
// owns the rules.
void add_allow(const SeenCase& it, Finding& finding);

}  // namespace reentry
