#include "diagnosis/secrets.hpp"

namespace reentry {

bool holds_secrets(const HostPath& path, std::string_view before, std::string_view after) {
  constexpr std::string_view kPrivate = "PRIVATE KEY";
  return path.name().find("shadow") != std::string_view::npos ||
         before.find(kPrivate) != std::string_view::npos || after.find(kPrivate) != std::string_view::npos;
}

}  // namespace reentry
