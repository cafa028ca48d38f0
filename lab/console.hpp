// The terminal that a host with systemd has as /dev/console.
#pragma once

#include <string>

#include "lab/posix.hpp"

namespace reentry::lab {

struct Console {
  Fd ours;           // what the host writes comes here
  Fd kept_open;      // its other end: while we have it, there is no end of file
  std::string path;  // of that end on this machine; empty: there is none, errno says why
};
[[nodiscard]] Console open_console();

// Adds to the file `log` what the host wrote meanwhile. Where nobody does, the host waits for room.
void drain(Console& console, const std::string& log);

}  // namespace reentry::lab
