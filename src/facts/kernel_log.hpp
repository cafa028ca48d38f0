// What the kernel said in a log that is text: /var/log/kern.log, syslog, messages.
#pragma once

#include <string_view>

namespace reentry {

// The last line by which the OOM killer ended a process whose name begins with `name`
// (mm/oom_kill.c:__oom_kill_process, `Killed process 812 (sshd)`); empty where there is none.
[[nodiscard]] std::string_view last_oom_kill(std::string_view log, std::string_view name);

}  // namespace reentry
