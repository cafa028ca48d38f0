// The kinds of hosts that the lab makes.
#pragma once

#include <string_view>

namespace reentry::lab {

enum class Bed {
  disk,     // files, processes and an sshd of its own; clients are at its own loopback
  live,     // the same on a real wire: clients come in by eth0, and its firewall judges them
  systemd,  // on a wire, and systemd is its first process: it boots, and it can be rebooted
};

// As a scenario's `bed:` has it.
constexpr std::string_view name_of(Bed bed) {
  return bed == Bed::disk ? "disk" : bed == Bed::live ? "live" : "systemd";
}

}  // namespace reentry::lab
