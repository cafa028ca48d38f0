// The sshd_config of a target, with its Includes.
#pragma once

#include "facts/ssh_build.hpp"
#include "facts/sshd_config.hpp"
#include "host/file_tree.hpp"

namespace reentry {

// Reads and parses what the target's sshd would read when it is called with `arguments`. Files that can't be
// read stand in `unread`; a main file that is absent is a problem of its own, as sshd has it.
[[nodiscard]] SshdConfig collect_sshd_config(FileTree& tree, const SshdArguments& arguments,
                                             const SshBuild& build);

}  // namespace reentry
