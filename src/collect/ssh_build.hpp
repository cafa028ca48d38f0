// Which sshd the target has: from the program itself, the package database and os-release.
#pragma once

#include "base/host_path.hpp"
#include "facts/ssh_build.hpp"
#include "facts/unit.hpp"
#include "host/file_tree.hpp"

namespace reentry {

// The program that the unit starts; /usr/sbin/sshd where it does not say.
[[nodiscard]] HostPath sshd_program(const UnitFacts& unit);

// Reads version, vendor, patches and linked libraries. What the program says about itself wins over the
// package database, whose text is dropped when it names another version. With neither,
// `version_known` stays false.
[[nodiscard]] SshBuild collect_ssh_build(FileTree& tree, const HostPath& sshd = HostPath("/usr/sbin/sshd"));

}  // namespace reentry
