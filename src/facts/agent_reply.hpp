// What is said to an ssh-agent and what it answers: draft-miller-ssh-agent, sections 3.5, 3.6 and 5; OpenSSH
// authfd.c. Bytes only: who owns the socket writes and reads them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "facts/public_key.hpp"

namespace reentry {

// authfd.c: the longest message and the most keys that ssh takes from an agent.
inline constexpr std::size_t kMaxAgentMessage = 256 * 1024;
inline constexpr std::size_t kMaxAgentKeys = 2048;

// Whole messages with their length in front.
[[nodiscard]] std::string agent_identities_request();
// `flags`: kAgentRsaSha256, kAgentRsaSha512 or 0.
[[nodiscard]] std::string agent_sign_request(std::string_view key_blob, std::string_view data,
                                             std::uint32_t flags);
inline constexpr std::uint32_t kAgentRsaSha256 = 2;
inline constexpr std::uint32_t kAgentRsaSha512 = 4;

// How many bytes the whole answer has, its length of four bytes included. Nothing while fewer than four bytes
// are there; zero for a length that no agent may send (none, or more than kMaxAgentMessage).
[[nodiscard]] std::optional<std::size_t> agent_message_size(std::string_view bytes);

enum class AgentAnswer {
  fine,
  refused,     // SSH_AGENT_FAILURE (or the codes of ssh.com's agents): locked, no such key, not confirmed
  incomplete,  // the bytes end before the message does
  malformed,   // no message of this protocol, or not the answer to this request
};

// A key that the agent holds.
struct AgentKey {
  std::string blob;  // as the agent sends it
  std::string comment;
  std::optional<PublicKey> key;  // nothing for a type that we do not know
  std::string type;              // the word inside the blob; empty when there is none
};

struct AgentIdentities {
  AgentAnswer answer = AgentAnswer::malformed;
  std::vector<AgentKey> keys;  // in the agent's order, which is the order of ssh's offers
};
// `message` is one whole answer with its length in front.
[[nodiscard]] AgentIdentities parse_agent_identities(std::string_view message);

struct AgentSignature {
  AgentAnswer answer = AgentAnswer::malformed;
  std::string algorithm;  // `ssh-ed25519`, `rsa-sha2-512`, …
  std::string blob;       // the whole signature, as it goes into SSH_MSG_USERAUTH_REQUEST
};
[[nodiscard]] AgentSignature parse_agent_signature(std::string_view message);

}  // namespace reentry
