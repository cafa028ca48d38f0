// What the next start of the machine depends on: fstab, the default target, the boot loader's menu.
#pragma once

#include "facts/facts.hpp"
#include "host/file_tree.hpp"

namespace reentry {

// Fills facts.system, and facts.paths with the files that remedies edit. Where something else than systemd is
// started, only that is noted.
void collect_system(FileTree& tree, Facts& facts);

}  // namespace reentry
