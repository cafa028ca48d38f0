// A talk with ssh-agent(1) over its socket.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/known.hpp"

namespace reentry {

// Sends one message to the agent at `path` and gives its answer whole, both with their length in front
// (facts/agent_reply.hpp). Missing: absent without such a socket; denied; unreadable where nobody listens,
// the answer is none of the protocol, or does not come within `limit`.
[[nodiscard]] Known<std::string> ask_agent(const std::string& path, std::string_view message,
                                           std::chrono::milliseconds limit);

}  // namespace reentry
