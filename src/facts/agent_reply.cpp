#include "facts/agent_reply.hpp"

#include "facts/wire.hpp"

namespace reentry {
namespace {

constexpr char kAgentFailure = 5;               // SSH_AGENT_FAILURE
constexpr char kRequestIdentities = 11;         // SSH2_AGENTC_REQUEST_IDENTITIES
constexpr std::uint8_t kIdentitiesAnswer = 12;  // SSH2_AGENT_IDENTITIES_ANSWER
constexpr char kSignRequest = 13;               // SSH2_AGENTC_SIGN_REQUEST
constexpr std::uint8_t kSignResponse = 14;      // SSH2_AGENT_SIGN_RESPONSE
constexpr char kExtensionFailure = 28;          // SSH_AGENT_EXTENSION_FAILURE
constexpr char kFailure2 = 30;                  // SSH2_AGENT_FAILURE
constexpr char kComFailure = 102;               // SSH_COM_AGENT2_FAILURE
constexpr std::size_t kAgentLengthBytes = 4;

std::string framed_message(const std::string& body) {
  std::string out;
  put_string(out, body);
  return out;
}

bool is_failure(char code) {
  return code == kAgentFailure || code == kExtensionFailure || code == kFailure2 || code == kComFailure;
}

// The body of a whole answer; without one, why.
std::string_view agent_body(std::string_view message, AgentAnswer& answer) {
  const std::optional<std::size_t> size = agent_message_size(message);
  answer = AgentAnswer::malformed;
  if (!size || (*size != 0 && message.size() < *size)) {
    answer = AgentAnswer::incomplete;
    return {};
  }
  if (*size == 0 || message.size() > *size) return {};
  const std::string_view body = message.substr(kAgentLengthBytes);
  answer = is_failure(body.front()) ? AgentAnswer::refused : AgentAnswer::fine;
  return body;
}

}  // namespace

std::string agent_identities_request() {
  return framed_message(std::string(1, kRequestIdentities));
}

std::string agent_sign_request(std::string_view key_blob, std::string_view data, std::uint32_t flags) {
  std::string body(1, kSignRequest);
  put_string(body, key_blob);
  put_string(body, data);
  put_u32(body, flags);
  return framed_message(body);
}

std::optional<std::size_t> agent_message_size(std::string_view bytes) {
  if (bytes.size() < kAgentLengthBytes) return std::nullopt;
  WireReader reader(bytes);
  const std::size_t length = reader.u32();
  if (length == 0 || length > kMaxAgentMessage) return 0;
  return kAgentLengthBytes + length;
}

AgentIdentities parse_agent_identities(std::string_view message) {
  AgentIdentities out;
  const std::string_view body = agent_body(message, out.answer);
  if (out.answer != AgentAnswer::fine) return out;
  out.answer = AgentAnswer::malformed;
  WireReader reader(body);
  if (reader.byte() != kIdentitiesAnswer) return out;
  const std::size_t count = reader.u32();
  if (!reader.ok() || count > kMaxAgentKeys) return out;
  for (std::size_t i = 0; i < count; ++i) {
    AgentKey key;
    key.blob = std::string(reader.string());
    key.comment = std::string(reader.string());
    if (!reader.ok()) return out;
    WireReader inner(key.blob);
    key.type = std::string(inner.string());
    KeyProblem problem = KeyProblem::none;
    key.key = key_from_blob(key.blob, problem);
    if (key.key) key.key->comment = key.comment;
    out.keys.push_back(std::move(key));
  }
  // Bytes behind the last key are passed over, as authfd.c:ssh_fetch_identitylist does.
  out.answer = AgentAnswer::fine;
  return out;
}

AgentSignature parse_agent_signature(std::string_view message) {
  AgentSignature out;
  const std::string_view body = agent_body(message, out.answer);
  if (out.answer != AgentAnswer::fine) return out;
  out.answer = AgentAnswer::malformed;
  WireReader reader(body);
  if (reader.byte() != kSignResponse) return out;
  const std::string_view signature = reader.string();
  WireReader inner(signature);
  const std::string_view algorithm = inner.string();
  if (!reader.ok() || !inner.ok() || algorithm.empty()) return out;
  out.blob = std::string(signature);
  out.algorithm = std::string(algorithm);
  out.answer = AgentAnswer::fine;
  return out;
}

}  // namespace reentry
