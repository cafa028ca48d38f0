// Answers of an ssh-agent of any bytes, as they come and with a right length in front.
#include "facts/agent_reply.hpp"

#include "facts/wire.hpp"
#include "fuzz.hpp"

REENTRY_FUZZ(bytes) {
  using namespace reentry;
  std::string framed;
  put_string(framed, bytes);
  for (const std::string_view message : {bytes, std::string_view(framed)}) {
    const AgentIdentities identities = parse_agent_identities(message);
    fuzz::must(identities.keys.size() <= kMaxAgentKeys);
    const AgentSignature signature = parse_agent_signature(message);
    fuzz::must(signature.answer != AgentAnswer::fine || !signature.algorithm.empty());
    const std::optional<std::size_t> size = agent_message_size(message);
    fuzz::must(!size || *size <= kMaxAgentMessage + 4);
  }
}
