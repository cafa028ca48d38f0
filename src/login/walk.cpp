#include "login/walk.hpp"

#include <algorithm>
#include <array>
#include <iterator>

#include "login/exhibits.hpp"

namespace reentry {
namespace {

constexpr std::array<std::string_view, 11> kGates = {
    "client/config",         "client/identities", "client/agent",  "dns/lookup",   "network/connect",
    "banner/identification", "kex/agreement",     "hostkey/known", "auth/methods", "auth/keys",
    "session/open"};

void take(std::vector<Gate>& gates, std::vector<Gate> more) {
  std::move(more.begin(), more.end(), std::back_inserter(gates));
}

// A key that the server takes for the user is as good as a login where nobody may sign with it here.
bool is_let_in(const std::optional<ProbeReply>& reply) {
  if (!reply) return false;
  const auto& keys = reply->auth.keys;
  return reply->auth.none_accepted || reply->auth.login == LoginAnswer::accepted ||
         std::any_of(keys.begin(), keys.end(),
                     [](const KeyReply& one) { return one.answer == KeyAnswer::accepted; });
}

}  // namespace

LoginTrace walk(const WalkFacts& facts) {
  std::vector<Gate> gates;
  take(gates, client_walk(facts));
  if (facts.client.settings) {
    take(gates, network_walk(facts));
    take(gates, transport_walk(facts));
    take(gates, auth_walk(facts));
  }
  LoginTrace trace;
  trace.question.asked = true;
  if (facts.client.settings) trace.question.user = facts.client.settings->user();
  bool refused = false;
  bool unknown = false;
  for (const std::string_view id : kGates) {
    const auto found =
        std::find_if(gates.begin(), gates.end(), [id](const Gate& gate) { return gate.id == id; });
    if (found == gates.end()) {
      trace.gates.push_back(gate_of(id, GateResult::skipped));
      continue;
    }
    refused = refused || found->result == GateResult::refuse;
    unknown = unknown || found->result == GateResult::unknown;
    trace.gates.push_back(std::move(*found));
  }
  trace.outcome = refused                              ? Outcome::refused
                  : unknown || !is_let_in(facts.reply) ? Outcome::unknown
                                                       : Outcome::accepted;
  return trace;
}

}  // namespace reentry
