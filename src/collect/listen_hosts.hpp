// Which hosts of ListenAddress the target's own files know.
#pragma once

#include <string>
#include <vector>

#include "facts/facts.hpp"
#include "host/file_tree.hpp"

namespace reentry {

// Of the hosts of ListenAddress, as written and without brackets: the names that /etc/hosts has, and the
// addresses that are the target's own: on this machine those of its interfaces, on a disk those that its
// network configuration sets or that /etc/hosts gives to its own name. What is not there may be on an
// interface all the same: DHCP writes no file.
[[nodiscard]] std::vector<std::string> known_listen_hosts(FileTree& tree, TargetKind kind,
                                                          const EffectiveConfig& startup);

}  // namespace reentry
