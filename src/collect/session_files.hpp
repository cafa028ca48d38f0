// What a session needs on disk: shells, their interpreters, chroot directories, forced commands, sftp-server.
#pragma once

#include <string>
#include <vector>

#include "collect/libraries.hpp"
#include "facts/facts.hpp"
#include "host/file_tree.hpp"

namespace reentry {

// Puts into facts.paths and facts.loads what the session gates of `users` (all accounts where it is empty)
// will ask for. Needs facts.config and facts.accounts. Each path is walked once, however many accounts share
// it.
void collect_session_files(FileTree& tree, Libraries& libraries, Facts& facts,
                           const std::vector<std::string>& users);

}  // namespace reentry
