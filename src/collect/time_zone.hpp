// The target's time zone, from /etc/localtime.
#pragma once

#include <cstdint>

#include "base/known.hpp"
#include "host/file_tree.hpp"

namespace reentry {

// Seconds east of UTC at `now` (localtime(3)). No file means UTC. Missing malformed when the file is no TZif,
// or when the moment lies behind its last transition and rules that we don't evaluate hold from then on.
[[nodiscard]] Known<std::int64_t> collect_utc_offset(FileTree& tree, std::int64_t now);

}  // namespace reentry
