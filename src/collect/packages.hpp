// What the package database says of the files that ssh stands on.
#pragma once

#include <string>
#include <vector>

#include "facts/facts.hpp"
#include "host/file_tree.hpp"

namespace reentry {

// Fills facts.packages; after collect_service and collect_pam. A file is compared with its package only where
// something speaks against it: it is newer than the package's own list of files, which dpkg writes when it
// unpacks, or a fault names it.
void collect_packages(FileTree& tree, Facts& facts);

// Every file of `package` (`NAME` or `NAME:ARCH`) that is missing or differs, as `dpkg --verify` would say,
// without its documentation. `all`: compare each; else only those that are newer than the list of files.
// Files that can't be read are left out.
[[nodiscard]] std::vector<ChangedFile> changed_files(FileTree& tree, const std::string& package, bool all);

}  // namespace reentry
