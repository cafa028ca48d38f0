// The inside of a sandbox: what the process born into its new namespaces does before it becomes the program.
#pragma once

#include <linux/filter.h>

#include <span>
#include <string>
#include <vector>

#include "host/sandbox.hpp"

namespace reentry {

// What went wrong on the way to the program: a step in plain words, and its errno.
struct SandboxFault {
  const char* step = nullptr;  // nullptr: nothing
  int error = 0;
};

// Builds the program's root around the calling process, which must be in mount namespaces of its own, and
// makes it that process's root.
[[nodiscard]] SandboxFault build_sandbox_root(const SandboxRun& run);

// Makes the pretences in the root that the process already lives in; their paths can't lead out of it.
[[nodiscard]] SandboxFault make_pretences(const SandboxRun& run);

// Everything in the process's root read-only from now on.
[[nodiscard]] SandboxFault seal_sandbox_root();

// The filter of system calls: seccomp(2), for the architecture that we were built for.
[[nodiscard]] std::vector<sock_filter> make_sandbox_filter();

// Gives up privileges, sets limits, and filters system calls. Only execve may follow: with memory limited,
// not even an allocation.
[[nodiscard]] SandboxFault give_up_everything(std::span<const sock_filter> filter);

// Whether a filter of system calls is known for the architecture that we were built for.
[[nodiscard]] bool has_sandbox_filter();

}  // namespace reentry
