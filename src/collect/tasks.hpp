// How many processes and threads a host that runs has, and how many it may have.
#pragma once

#include "facts/facts.hpp"
#include "host/file_tree.hpp"

namespace reentry {

// Fills facts.system.tasks and tasks_of_users; of a target that does not run nothing.
void collect_tasks(FileTree& tree, Facts& facts);

}  // namespace reentry
