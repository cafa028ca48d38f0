// Everything that sshd looks at to decide about a key: homes, key files, principals, CA and revocation files.
#pragma once

#include <string>
#include <vector>

#include "facts/facts.hpp"
#include "host/file_tree.hpp"

namespace reentry {

// Reads into facts.paths, for each of `users` (names; unknown ones are passed over): the walk to the home,
// every AuthorizedKeysFile and AuthorizedPrincipalsFile that some Match variation could name, files in ~/.ssh
// whose names are near misses; and once: TrustedUserCAKeys, RevokedKeys, the programs of
// AuthorizedKeysCommand and AuthorizedPrincipalsCommand. Needs facts.config, facts.accounts and facts.ssh.
// Never fails: what could not be read stands in the store with its reason.
void collect_key_files(FileTree& tree, Facts& facts, const std::vector<std::string>& users);

}  // namespace reentry
