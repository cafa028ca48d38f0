// The client's own configuration, key files and agent.
#include <algorithm>

#include "base/shown.hpp"
#include "login/exhibits.hpp"
#include "login/walk.hpp"

namespace reentry {
namespace {

constexpr std::size_t kNearHostsTold = 3;

const char* word_for(NearHostKind kind) {
  switch (kind) {
    case NearHostKind::letter_case: return "letter case";
    case NearHostKind::typo: return "spelling";
    case NearHostKind::short_name: return "short name";
    case NearHostKind::full_name: return "full name";
    case NearHostKind::with_user: return "user@ in a pattern";
    case NearHostKind::with_port: return "port in a pattern";
    case NearHostKind::comma: return "comma";
    case NearHostKind::negated: return "negated pattern";
  }
  return "";
}

// `port 2222 of ~/.ssh/config:7`: where the values that lead the way come from.
std::string origins_of(const ClientFacts& client) {
  std::string out;
  for (const char* keyword : {"hostname", "user", "port", "proxyjump", "proxycommand", "identityfile"}) {
    const SshSetting* setting = client.origins.find(keyword);
    if (setting == nullptr || setting->at.empty() || !setting->maybe.empty()) continue;
    const ConfigOrigin& at = setting->at.front();
    if (at.file.empty()) continue;
    out += fmt::format("{}{} {}:{}", out.empty() ? "" : ", ", keyword, at.file, at.line);
  }
  return out;
}

void note_near_hosts(const ClientFacts& client, Gate& gate) {
  for (const NearHost& near : client.near_hosts) {
    if (gate.obstacles.size() == kNearHostsTold) return;
    gate.obstacles.push_back(
        {Cause::client_host_missed,
         {"file", near.at.file, near.at.line, "Host " + near.pattern},
         {},
         {{"pattern", near.pattern}, {"kind", word_for(near.kind)}, {"host", client.typed}}});
  }
}

Gate config_gate(const ClientFacts& client) {
  Gate gate = gate_of("client/config", GateResult::pass);
  for (const SshComplaint& complaint : client.complaints) {
    if (complaint.warning() || complaint.kind == SshComplaintKind::terminating) continue;
    const std::string file = complaint.file.empty() ? "command line" : complaint.file;
    gate.obstacles.push_back({Cause::client_config_error,
                              {"file", file, complaint.line, complaint.message},
                              {},
                              {{"keyword", complaint.keyword}}});
  }
  if (client.settings) {
    gate.obstacles.clear();
    gate.detail =
        say("{} as {}, port {}", "{}（ユーザー {}、ポート {}）", shown(client.settings->host_name()),
            shown(client.settings->user()), client.settings->port());
    if (const std::string origins = shown(origins_of(client)); !origins.empty()) {
      gate.detail.en += " (" + origins + ")";
      gate.detail.ja += "（" + origins + "）";
    }
    note_near_hosts(client, gate);
    return gate;
  }
  if (gate.obstacles.empty())
    return unknown_gate("client/config", {client.settings.missing()},
                        say("ssh does not say what it would do", "ssh の設定を確認できませんでした"));
  gate.result = GateResult::refuse;
  gate.detail = say("ssh refuses its configuration: {}", "ssh が設定を拒否しています: {}",
                    shown(gate.obstacles.front().at.text));
  return gate;
}

Obstacle of_file(Cause cause, const IdentityFact& identity, std::string text) {
  return {cause, {"file", identity.path, 0, std::move(text)}, {}, {{"path", identity.path}}};
}

void look_at(const IdentityFact& identity, bool in_agent, std::vector<Obstacle>& obstacles) {
  if (!identity.key) {
    const Missing& why = identity.key.missing();
    if (!identity.named) return;
    if (why.why == Why::absent) {
      // A public half, or the agent, is enough to be offered; only to sign with it the file is wanted.
      if (!identity.beside || !in_agent)
        obstacles.push_back(of_file(Cause::client_key_missing, identity, "No such file or directory"));
    } else {
      obstacles.push_back(of_file(Cause::client_key_unreadable, identity, why.detail));
    }
    return;
  }
  if (identity.too_open && !in_agent) {
    Obstacle open = of_file(Cause::client_key_too_open, identity, "bad permissions");
    open.details.emplace_back("mode", fmt::format("{:04o}", identity.stat.mode));
    obstacles.push_back(std::move(open));
    return;
  }
  switch (identity.key->state) {
    case PrivateKeyState::ok: break;
    case PrivateKeyState::encrypted:
      if (!in_agent) obstacles.push_back(of_file(Cause::client_key_encrypted, identity, "passphrase"));
      break;
    case PrivateKeyState::public_only:
      if (!in_agent) {
        obstacles.push_back(of_file(Cause::client_key_unusable, identity, identity.key->reason));
        obstacles.back().details.emplace_back("kind", "public");
      }
      break;
    default:
      obstacles.push_back(of_file(Cause::client_key_unusable, identity, identity.key->reason));
      obstacles.back().details.emplace_back("kind",
                                            identity.key->state == PrivateKeyState::foreign ? "foreign"
                                            : identity.key->state == PrivateKeyState::crlf  ? "crlf"
                                                                                            : "damaged");
  }
  const bool other_pair =
      identity.beside && identity.key->key && identity.beside->plain_blob != identity.key->key->plain_blob;
  if (other_pair) obstacles.push_back(of_file(Cause::client_public_half, identity, identity.path + ".pub"));
}

bool in_agent(const AgentFact& agent, const IdentityFact& identity) {
  const PublicKey* key = identity.offered();
  if (key == nullptr || !agent.keys) return false;
  return std::any_of(agent.keys->begin(), agent.keys->end(),
                     [key](const PublicKey& one) { return one.plain_blob == key->plain_blob; });
}

// Nobody is refused for a file that can't be used as long as another key may do: the gate notes it. Without
// any key that could be offered it is what keeps the login out, where the server wants a key.
Gate identities_gate(const WalkFacts& facts) {
  Gate gate = gate_of("client/identities", GateResult::pass);
  for (const IdentityFact& identity : facts.client.identities)
    look_at(identity, in_agent(facts.client.agent, identity), gate.obstacles);
  if (facts.asked.empty() && gate.obstacles.empty()) {
    gate.detail = say("no key to offer", "提示できる鍵がありません");
    return gate;
  }
  std::string names;
  for (const AskedKey& asked : facts.asked)
    names += (names.empty() ? "" : ", ") + (asked.path.empty() ? asked.key.comment : asked.path);
  gate.detail = say("{} to offer: {}", "提示する鍵 {} 個: {}", facts.asked.size(), shown(names));
  return gate;
}

Gate agent_gate(const AgentFact& agent) {
  Gate gate = gate_of("client/agent", GateResult::pass);
  if (agent.socket.empty()) {
    gate.result = GateResult::skipped;
  } else if (agent.keys) {
    gate.detail = say("{} keys", "鍵 {} 個", agent.keys->size());
  } else {
    gate.detail = say("no agent answers at {}", "{} のエージェントが応答しません", shown(agent.socket));
    gate.obstacles.push_back(
        {Cause::client_agent_unreachable, {"process", agent.socket, 0, agent.keys.missing().detail}, {}, {}});
  }
  return gate;
}

}  // namespace

std::vector<Gate> client_walk(const WalkFacts& facts) {
  std::vector<Gate> gates;
  gates.push_back(config_gate(facts.client));
  if (!facts.client.settings) return gates;
  gates.push_back(identities_gate(facts));
  gates.push_back(agent_gate(facts.client.agent));
  return gates;
}

}  // namespace reentry
