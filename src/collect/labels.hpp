// SELinux: whether it decides on this target, and the labels of everything that sshd reads.
#pragma once

#include <string>
#include <vector>

#include "facts/facts.hpp"
#include "host/file_tree.hpp"

namespace reentry {

// Fills facts.labels for the service and for `users` (names; unknown ones are passed over). Where the target
// has no /etc/selinux/config, or one that says `disabled`, nothing more is read. Needs everything else that
// collect() reads. Never fails: what could not be read stands there with its reason.
void collect_labels(FileTree& tree, Facts& facts, const std::vector<std::string>& users);

// What label a node that is only being made should have, by the target's file_contexts; empty where nothing
// says so, or where the target has no use for labels. `path` may have symlinks on its way.
struct NewNode {
  HostPath path;
  FileType type = FileType::regular;
};
[[nodiscard]] std::vector<std::string> labels_for(FileTree& tree, const Facts& facts,
                                                  const std::vector<NewNode>& nodes);

}  // namespace reentry
