// StrictModes: who could have written a file that sshd is about to trust (misc.c:safe_path, Debian's
// user-group-modes.patch).
#pragma once

#include <optional>
#include <vector>

#include "facts/accounts.hpp"
#include "facts/path.hpp"
#include "facts/ssh_build.hpp"
#include "login/trace.hpp"

namespace reentry {

// Where and why the check would fail, in sshd's own order: the file, then each directory upwards to the home
// or `/`. sshd names the first only; all are returned. Empty: the file is trusted. `file` must be found.
// `home` is the walk to the user's home, nullptr when nobody collected it (the comparison with the home is
// then left out, as sshd does when realpath fails).
[[nodiscard]] std::vector<Obstacle> strict_modes(const PathFact& file, const PathFact* home,
                                                 const PasswdEntry& user, const AccountFacts& accounts,
                                                 const SshBuild& build);

// The same test for a program that sshd runs (uid 0 is the only owner besides `uid` 0; no home):
// misc.c:subprocess.
[[nodiscard]] std::vector<Obstacle> unsafe_program(const PathFact& program, const AccountFacts& accounts,
                                                   const SshBuild& build);

// Details of a node for an obstacle: path, mode, owner, uid, group, gid.
void describe_node(const PathNode& node, const AccountFacts& accounts, Obstacle& obstacle);

}  // namespace reentry
