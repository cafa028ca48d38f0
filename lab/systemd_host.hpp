// What a lab host with systemd is asked by its own systemctl and journalctl. `init` is its first process.
#pragma once

#include <sys/types.h>

#include <string>

#include "base/result.hpp"
#include "lab/host.hpp"

namespace reentry::lab::systemd {

// Waits until the boot is over. Gives the state that it reached (systemctl(1), is-system-running): `running`,
// `degraded` where a unit failed, `maintenance` in the rescue or emergency shell. Fails: it did not come up.
[[nodiscard]] Result<std::string> boot(pid_t init);

// Begins an orderly shutdown that ends in a restart. Fails: the host is gone.
[[nodiscard]] Result<void> ask_for_reboot(pid_t init);

// Restarts ssh.service and says whether it is active; where it is not, what the journal has of this try.
[[nodiscard]] Result<ServiceState> restart_ssh(pid_t init);
// Stops ssh.service and ssh.socket.
void stop_ssh(pid_t init);

// What ssh's units wrote into the journal, one line each, without times. Empty where it can't be read.
[[nodiscard]] std::string log_of_ssh(pid_t init);

}  // namespace reentry::lab::systemd
