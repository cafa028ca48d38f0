// Every cause that reentry knows, once. login/ names the cause that decided, checks/ has its page.
#pragma once

#include <optional>
#include <string_view>

namespace reentry {

// Stages in the order in which a login meets them (docs: the report's contract).
enum class Stage {
  client,
  dns,
  network,
  service,
  banner,
  kex,
  hostkey,
  auth,
  account,
  session,
  system,
  cloud
};
[[nodiscard]] std::string_view name_of(Stage stage);

enum class Cause {
#define REENTRY_CAUSE(symbol, id) symbol,
#include "login/causes.def"
#undef REENTRY_CAUSE
};

// `stage/slug`, stable and public.
[[nodiscard]] std::string_view id_of(Cause cause);
[[nodiscard]] Stage stage_of(Cause cause);
[[nodiscard]] std::optional<Cause> cause_of(std::string_view id);

}  // namespace reentry
