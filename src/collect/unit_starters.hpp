// What starts sshd at boot where its own unit is not enabled.
#pragma once

#include "facts/unit.hpp"
#include "host/file_tree.hpp"

namespace reentry {

// Fills `by_systemd`, `wanted_by` and `other_starters` of a unit that was found. Other units are looked for
// only where neither service nor socket is enabled: those of the administrator that name sshd or its unit,
// and rc.local.
void collect_starters(FileTree& tree, const std::vector<std::string>& wanted_by, UnitFacts& unit);

}  // namespace reentry
