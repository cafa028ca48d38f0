// Which keys a client would offer, and in which order.
#pragma once

#include <string>
#include <vector>

#include "facts/walk.hpp"

namespace reentry {

// As sshconnect2.c:pubkey_prepare orders them: keys of named files that the agent holds, the agent's others
// unless IdentitiesOnly, then the remaining files, a certificate directly behind its plain key; those that
// PubkeyAcceptedAlgorithms leaves out are not among them. AskedKey::place is that order; the list itself has
// the keys that the person named first, since a probe may not ask for all.
[[nodiscard]] std::vector<AskedKey> keys_to_ask(const ClientFacts& client);

// What a key may be asked and signed with: client_algorithms() as far as PubkeyAcceptedAlgorithms has them.
[[nodiscard]] std::vector<std::string> allowed_algorithms(const PublicKey& key,
                                                          const SshClientSettings& settings);

}  // namespace reentry
