// What cloud-init was told and what it did on the target.
#pragma once

#include "facts/facts.hpp"
#include "host/file_tree.hpp"

namespace reentry {

// Fills facts.cloud; after collect_system, which reads the kernel's command line. Two lookups where there is
// no cloud-init.
void collect_cloud_init(FileTree& tree, Facts& facts);

}  // namespace reentry
