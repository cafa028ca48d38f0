// Whether SELinux is off, permissive or enforcing.
#pragma once

#include "facts/facts.hpp"
#include "host/file_tree.hpp"

namespace reentry {

// The AppArmor profiles that are enforced on sshd: the kernel's own list of a running target, the files of
// /etc/apparmor.d that are neither disabled nor in complain mode of a disk. What they refuse is not modelled.
void collect_apparmor(FileTree& tree, Facts& facts);

// Fills present, config, now, next_start and relabels_at_start of facts.labels. Sources: libselinux
// load_policy.c:selinux_init_load_policy, the kernel's command line as the boot loader has it, and of a
// running target /sys/fs/selinux.
void collect_selinux_mode(FileTree& tree, Facts& facts);

}  // namespace reentry
