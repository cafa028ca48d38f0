// The inside of a lab host: its mounts, devices, network and first process.
#pragma once

#include <string>

#include "lab/keeper.hpp"

namespace reentry::lab {

// What a host with systemd needs of this machine; empty for the others.
struct BootNeeds {
  std::string group;    // the directory of its control group
  std::string console;  // a terminal that is to be its /dev/console
};

// Called in a process just born into the host's new namespaces. Builds the host around itself, answers kReady
// or kFailed with the reason on `line`, and then is the host's process 1: it only waits, or becomes the
// host's systemd as soon as a byte comes by `line`; everything in the host dies with it. Never returns.
[[noreturn]] void be_first_process(const HostPlan& plan, const BootNeeds& needs, int line);

}  // namespace reentry::lab
