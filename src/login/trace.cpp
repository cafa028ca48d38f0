#include "login/trace.hpp"

#include <algorithm>

namespace reentry {

std::string_view name_of(GateResult result) {
  switch (result) {
    case GateResult::pass: return "pass";
    case GateResult::refuse: return "refuse";
    case GateResult::unknown: return "unknown";
    case GateResult::skipped: return "skipped";
  }
  return "unknown";
}

std::string_view name_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::accepted: return "accepted";
    case Outcome::refused: return "refused";
    case Outcome::unknown: return "unknown";
  }
  return "unknown";
}

std::string_view Obstacle::detail(std::string_view name) const {
  for (const auto& entry : details) {
    if (entry.first == name) return entry.second;
  }
  return {};
}

const Gate* LoginTrace::first_refusal() const {
  const auto found = std::find_if(gates.begin(), gates.end(),
                                  [](const Gate& gate) { return gate.result == GateResult::refuse; });
  return found == gates.end() ? nullptr : &*found;
}

std::string LoginQuestion::credential() const {
  switch (kind) {
    case CredentialKind::any: return "any";
    case CredentialKind::password: return "password";
    case CredentialKind::key: return key ? key->fingerprint() : "any";
  }
  return "any";
}

}  // namespace reentry
