// What the remedies for host keys share: a key made anew in the place of one that is lost or damaged, and the
// small corrections that keep the key that is there.
#pragma once

#include <string_view>

#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"
#include "facts/service.hpp"

namespace reentry {

// The host key that the configuration or the built-in list calls so, or nullptr.
[[nodiscard]] const HostKeyFact* host_key(const Facts& facts, std::string_view configured);

// Makes the private file and its .pub anew: type as the old .pub, the clear part of the damaged file or the
// name says, 0600 and root's (0640 and ssh_keys' where the distribution has it so). Empty where a name is a
// symbolic link that leads nowhere or no file at all, and for DSA, which nothing accepts any more.
[[nodiscard]] Steps make_anew(const Facts& facts, const HostKeyFact& key);

// The remedy for a file that is there and does not load: its line ends set right where that is all that is
// wrong, else a new key. A choice where a person could still make use of the old one.
void add_host_key_remedy(const Facts& facts, const HostKeyFact& key, Finding& finding);

// Writes the .pub of a private key that loads; empty where the key or the file can't be known for certain.
[[nodiscard]] Steps derive_public_half(const Facts& facts, const HostKeyFact& key);

// Whether its .pub is left: then the private half was lost and not taken away on purpose.
[[nodiscard]] bool public_half_is_left(const Facts& facts, const HostKeyFact& key);

}  // namespace reentry
