// The configuration of the ssh client, with its Includes.
#pragma once

#include "facts/ssh_build.hpp"
#include "facts/ssh_config.hpp"
#include "host/file_tree.hpp"

namespace reentry {

// Reads and parses what ssh would read when it is called with `arguments`. Files that can't be read stand in
// `unread`; `build` is the client's.
[[nodiscard]] SshConfig collect_ssh_config(FileTree& tree, const SshArguments& arguments,
                                           const SshBuild& build);

}  // namespace reentry
