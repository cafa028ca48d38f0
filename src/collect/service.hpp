// The programs, libraries, directories and host keys that sshd needs to start.
#pragma once

#include "collect/libraries.hpp"
#include "facts/facts.hpp"
#include "host/file_tree.hpp"

namespace reentry {

// Fills facts.service, and facts.target.machine from sshd's ELF header. Needs facts.ssh, facts.unit and
// facts.config. Never fails: what could not be read stands in the facts with its reason.
void collect_service(FileTree& tree, Libraries& libraries, Facts& facts);

}  // namespace reentry
