// passwd, shadow, group, nsswitch.conf and login.defs of a target.
#pragma once

#include "facts/accounts.hpp"
#include "host/file_tree.hpp"

namespace reentry {

// Reads the account files and builds their index. A file that can't be read stays Missing; lines that the C
// library would skip stand in bad_*_lines.
[[nodiscard]] AccountFacts collect_accounts(FileTree& tree);

}  // namespace reentry
