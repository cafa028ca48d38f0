#include "login/cause.hpp"

#include <array>
#include <cstddef>

namespace reentry {
namespace {

constexpr std::array kIds = {
#define REENTRY_CAUSE(symbol, id) std::string_view(id),
#include "login/causes.def"
#undef REENTRY_CAUSE
};

constexpr std::array<std::string_view, 12> kStages = {"client",  "dns",     "network", "service",
                                                      "banner",  "kex",     "hostkey", "auth",
                                                      "account", "session", "system",  "cloud"};

}  // namespace

std::string_view name_of(Stage stage) {
  return kStages[static_cast<std::size_t>(stage)];
}

std::string_view id_of(Cause cause) {
  return kIds[static_cast<std::size_t>(cause)];
}

Stage stage_of(Cause cause) {
  const std::string_view id = id_of(cause);
  const std::string_view stage = id.substr(0, id.find('/'));
  for (std::size_t i = 0; i < kStages.size(); ++i) {
    if (kStages[i] == stage) return static_cast<Stage>(i);
  }
  return Stage::system;
}

std::optional<Cause> cause_of(std::string_view id) {
  for (std::size_t i = 0; i < kIds.size(); ++i) {
    if (kIds[i] == id) return static_cast<Cause>(i);
  }
  return std::nullopt;
}

}  // namespace reentry
