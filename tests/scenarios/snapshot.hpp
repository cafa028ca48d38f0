// Everything about a host's disk that `undo` must give back: names, types, contents, modes, owners, times,
// extended attributes (ACLs and labels are among them) and link targets.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

namespace reentry {

// The layers of a host's overlay. `lower` is never written to, so that two states of `root` differ only in
// what `upper` holds in one of them: reading that alone is as good as reading the whole tree.
struct Layers {
  std::string root;   // the host's disk, both layers together
  std::string upper;  // what was changed since the base tree
  std::string lower;  // the base tree
  // Paths (relative, begin with `/`) that say nothing, with all below them; the times of the directories that
  // hold them say nothing either.
  std::vector<std::string> left_out;
  // Paths whose times say nothing, with all below them.
  std::vector<std::string> untimed = {};
};

struct Snapshot {
  // One line of facts for each path that the upper layer holds (relative, begins with `/`); empty for what is
  // not on the host's disk. Left out beside Layers::left_out: `/var/lib/reentry`, where the way back is kept,
  // and the times of its parents.
  std::map<std::string, std::string> nodes;
  // Paths of the upper layer below which nothing of the lower one is seen.
  std::set<std::string> covers;
};
[[nodiscard]] Snapshot snapshot_of(const Layers& layers);

// What differs between two states of the same disk, one line each, at most `limit`.
[[nodiscard]] std::vector<std::string> differences(const Layers& layers, const Snapshot& before,
                                                   const Snapshot& after, std::size_t limit = 10);

}  // namespace reentry
