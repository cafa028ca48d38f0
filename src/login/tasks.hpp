// What a host has left: processes, memory, and a clock that can be right. Internal to login/.
#pragma once

#include "facts/facts.hpp"
#include "login/trace.hpp"

namespace reentry {

// system/tasks: whether sshd can fork what a login needs. Only with facts.system.tasks.
[[nodiscard]] Gate tasks_gate(const Facts& facts);

// system/memory: passes, and tells of an sshd that the kernel ended. Only with facts.system.oom_line.
[[nodiscard]] Gate memory_gate(const Facts& facts);

// system/clock: passes, and notes a clock that is certainly wrong. Only with facts.system.newest_file.
[[nodiscard]] Gate clock_gate(const Facts& facts);

}  // namespace reentry
