// One sentence for what a key meets.
#pragma once

#include "base/text.hpp"
#include "login/key_verdict.hpp"
#include "login/trace.hpp"

namespace reentry {

[[nodiscard]] Text words_for_obstacle(const Obstacle& obstacle);
[[nodiscard]] Text words_for_accepted(const AcceptedKey& accepted);

}  // namespace reentry
