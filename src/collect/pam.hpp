// The PAM stacks of sshd, the modules they name and the files that those modules read.
#pragma once

#include "facts/facts.hpp"
#include "host/file_tree.hpp"

namespace reentry {

// Fills facts.pam and puts the files that module verdicts lean on (access.conf, nologin, limits.conf, tallies
// …) into facts.paths. Needs facts.config and facts.accounts.
void collect_pam(FileTree& tree, Facts& facts);

}  // namespace reentry
