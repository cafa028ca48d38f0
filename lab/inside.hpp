// The inside of a lab host: its mounts, devices, network and first process.
#pragma once

#include "lab/keeper.hpp"

namespace reentry::lab {

// Called in a process just born into the host's new namespaces. Builds the host around itself, answers kReady
// or kFailed with the reason on `answer`, and then is the host's process 1: it only waits, and everything in
// the host dies with it. Never returns.
[[noreturn]] void be_first_process(const HostPlan& plan, int answer);

}  // namespace reentry::lab
