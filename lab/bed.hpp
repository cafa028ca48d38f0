// The kinds of hosts that the lab makes.
#pragma once

namespace reentry::lab {

enum class Bed {
  disk,     // files, processes and an sshd of its own; clients are at its own loopback
  live,     // the same on a real wire: clients come in by eth0, and its firewall judges them
  systemd,  // on a wire, and systemd is its first process: it boots, and it can be rebooted
};

}  // namespace reentry::lab
