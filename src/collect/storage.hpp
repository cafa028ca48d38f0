// What the writes of a login meet: file systems that are full or read-only; an sshd that ran out of memory by
// the logs; and how old the host's files are.
#pragma once

#include <string>
#include <vector>

#include "facts/facts.hpp"
#include "host/file_tree.hpp"

namespace reentry {

// Fills facts.system.storage, oom_log and newest_file. `users` are those whose homes and records are looked
// at.
void collect_storage(FileTree& tree, Facts& facts, const std::vector<std::string>& users);

}  // namespace reentry
