// How the target's init system calls sshd, from its unit files and environment files. Sources:
// systemd.unit(5), systemd.service(5), systemd.socket(5), systemd.exec(5).
#pragma once

#include "facts/sshd_config.hpp"
#include "facts/unit.hpp"
#include "host/file_tree.hpp"

namespace reentry {

struct SshdStart {
  UnitFacts unit;
  SshdArguments arguments;
};
// What the two functions below give, from one reading of the unit files.
[[nodiscard]] SshdStart collect_sshd_start(FileTree& tree);

// ssh.service or sshd.service and their sockets, as systemd would load them from `tree`. A target without
// such a unit gives facts with `found` false.
[[nodiscard]] UnitFacts collect_unit(FileTree& tree);

// What the unit's command line adds to the configuration; the defaults where there is no unit.
[[nodiscard]] SshdArguments collect_sshd_arguments(FileTree& tree);

}  // namespace reentry
