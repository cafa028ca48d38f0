// The remedy for a sshd_config that is not there: the package's own default of that version.
#pragma once

#include <string>
#include <vector>

#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {

// The path itself is a symbolic link; nullptr when it is none.
[[nodiscard]] const PathNode* link_at(const Facts& facts, const HostPath& path);

// Adds what the disk can restore: nothing where it holds no copy of the package's file, or the locus is
// another file than /etc/ssh/sshd_config. A link in its place makes it a choice: what it leads to may lie on
// a volume that is not mounted. Passwords stay shut until a person has looked; only who asks for a password
// login is offered the file as it is, as a choice.
void add_restore(const SeenCase& it, Finding& finding);

// What a person types to get the package's file back.
[[nodiscard]] std::vector<std::string> restore_commands(const Facts& facts, const std::string& path);

}  // namespace reentry
