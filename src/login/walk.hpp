// The gates that a login meets as its client sees them, from the client's own configuration to the session:
// what refuses, or which causes would explain what was seen.
#pragma once

#include <vector>

#include "facts/walk.hpp"
#include "login/trace.hpp"

namespace reentry {

// Gates by stage: client/config, client/identities, client/agent, dns/lookup, network/connect,
// banner/identification, kex/agreement, hostkey/known, auth/methods, auth/keys, session/open. What lies
// behind the first that refuses was not reached and is skipped. An obstacle that several causes would explain
// alike is each of them, the likeliest first, none of them certain.
[[nodiscard]] LoginTrace walk(const WalkFacts& facts);

// login/walk_client.cpp
[[nodiscard]] std::vector<Gate> client_walk(const WalkFacts& facts);
// login/walk_network.cpp: dns/lookup and network/connect.
[[nodiscard]] std::vector<Gate> network_walk(const WalkFacts& facts);
// login/walk_transport.cpp: banner/identification, kex/agreement, hostkey/known.
[[nodiscard]] std::vector<Gate> transport_walk(const WalkFacts& facts);
// login/walk_auth.cpp: auth/methods and auth/keys, then session/open where the server let us in.
[[nodiscard]] std::vector<Gate> auth_walk(const WalkFacts& facts);
// login/walk_session.cpp
[[nodiscard]] Gate session_walk(const WalkFacts& facts);

}  // namespace reentry
