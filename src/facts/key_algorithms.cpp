#include "facts/key_algorithms.hpp"

#include <algorithm>

#include "facts/pattern.hpp"

namespace reentry {

bool lists_algorithm(const std::vector<std::string>& list, std::string_view name) {
  return std::any_of(list.begin(), list.end(),
                     [name](const std::string& entry) { return match_pattern(name, entry); });
}

std::vector<std::string> client_algorithms(const PublicKey& key) {
  if (!key.is_rsa()) return {key.type};
  const std::string suffix = key.certificate ? "-cert-v01@openssh.com" : "";
  return {"rsa-sha2-512" + suffix, "rsa-sha2-256" + suffix};
}

}  // namespace reentry
