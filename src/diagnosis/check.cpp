#include "diagnosis/check.hpp"

#include <unordered_map>

namespace reentry {
namespace {

// Details that name the login, not the fact that keeps it out.
bool tells_login_apart(std::string_view name) {
  return name == "user" || name == "from" || name == "groups" || name == "uid" || name == "gid";
}

std::string identity_of(const Obstacle& obstacle) {
  std::string identity = obstacle.at.path;
  identity += '\0';
  identity += std::to_string(obstacle.at.line);
  identity += '\0';
  identity += obstacle.at.text;
  for (const auto& detail : obstacle.details) {
    if (tells_login_apart(detail.first)) continue;
    identity += '\0';
    identity += detail.first;
    identity += '\0';
    identity += detail.second;
  }
  return identity;
}

bool is_worth_noting(const Gate& gate) {
  return gate.result != GateResult::skipped &&
         (gate.stage == Stage::client || gate.stage == Stage::dns || gate.stage == Stage::network ||
          gate.stage == Stage::service || gate.stage == Stage::hostkey || gate.stage == Stage::session ||
          gate.stage == Stage::system || gate.stage == Stage::cloud);
}

using KnownPlaces = std::array<std::unordered_map<std::string, std::size_t>, kCauses>;

void add(std::array<std::vector<SeenObstacle>, kCauses>& to, KnownPlaces& known, const LoginTrace& trace,
         const Gate& gate, const Obstacle& obstacle) {
  const auto cause = static_cast<std::size_t>(obstacle.cause);
  std::vector<SeenObstacle>& list = to[cause];
  const auto entry = known[cause].try_emplace(identity_of(obstacle), list.size());
  if (entry.second) list.push_back({&obstacle, &gate, {}});
  std::vector<const LoginTrace*>& logins = list[entry.first->second].traces;
  if (logins.empty() || logins.back() != &trace) logins.push_back(&trace);
}

}  // namespace

CheckInput::CheckInput(const Facts& target_facts, const std::vector<LoginTrace>& login_traces,
                       bool no_way_in_left)
    : CheckInput(target_facts, login_traces, no_way_in_left, natural_time(target_facts.target.kind)) {}

CheckInput::CheckInput(const Facts& target_facts, const std::vector<LoginTrace>& login_traces,
                       bool no_way_in_left, When at)
    : facts(target_facts), traces(login_traces), every_door_shut(no_way_in_left), when(at) {
  KnownPlaces known_seen;
  KnownPlaces known_noted;
  for (const LoginTrace& trace : traces) {
    for (const Gate& gate : trace.gates) {
      const bool refuses = gate.result == GateResult::refuse;
      if (!refuses && !is_worth_noting(gate)) continue;
      for (const Obstacle& obstacle : gate.obstacles)
        add(refuses ? seen_ : noted_, refuses ? known_seen : known_noted, trace, gate, obstacle);
    }
  }
}

const std::vector<SeenObstacle>& seen(const CheckInput& input, Cause cause) {
  return input.seen_[static_cast<std::size_t>(cause)];
}

const std::vector<SeenObstacle>& noted(const CheckInput& input, Cause cause) {
  return input.noted_[static_cast<std::size_t>(cause)];
}

}  // namespace reentry
