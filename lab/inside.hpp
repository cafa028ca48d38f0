// The inside of a lab host: its mounts, devices, network and first process.
#pragma once

#include <string>

#include "lab/keeper.hpp"

namespace reentry::lab {

// Called in a process just born into the host's new namespaces. Builds the host around itself, answers kReady
// or kFailed with the reason on `line`, and then is the host's process 1: it only waits, or becomes the
// host's systemd as soon as a byte comes by `line`; everything in the host dies with it. `group` is the
// directory of the host's control group; empty but for Bed::systemd. Never returns.
[[noreturn]] void be_first_process(const HostPlan& plan, const std::string& group, int line);

}  // namespace reentry::lab
