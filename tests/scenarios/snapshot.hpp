// Everything about a tree that `undo` must give back: names, types, contents, modes, owners, times, extended
// attributes (ACLs and labels are among them) and link targets.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace reentry {

// One line of facts for each path below `root` (relative, `/`-separated). Left out: `/var/lib/reentry`, where
// the way back is kept, and the times of its parents.
using Snapshot = std::map<std::string, std::string>;
[[nodiscard]] Snapshot snapshot_of(const std::string& root);

// What differs, one line each, at most `limit`.
[[nodiscard]] std::vector<std::string> differences(const Snapshot& before, const Snapshot& after,
                                                   std::size_t limit = 10);

}  // namespace reentry
