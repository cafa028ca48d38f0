#include "lab/systemd_host.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <string_view>
#include <thread>

#include "lab/posix.hpp"
#include "lab/process.hpp"

namespace reentry::lab::systemd {
namespace {

constexpr auto kBootLimit = std::chrono::seconds(90);
constexpr auto kPoll = std::chrono::milliseconds(5);

Result<Ran> ask(pid_t init, std::vector<std::string> argv, std::chrono::milliseconds limit) {
  Program program;
  program.argv = std::move(argv);
  program.limit = limit;
  return run_program(program, Inside::all, init);
}

Result<Ran> script(pid_t init, std::string_view text) {
  return ask(init, {"/bin/sh", "-c", std::string(text)}, std::chrono::seconds(30));
}

}  // namespace

Result<std::string> boot(pid_t init) {
  using Clock = std::chrono::steady_clock;
  const auto end = Clock::now() + kBootLimit;
  const auto socket = fmt::format("/proc/{}/root/run/systemd/private", init);
  while (Clock::now() < end) {
    if (kill(init, 0) != 0) return fail(ErrorKind::target, "systemd", "it ended while it came up");
    // systemctl has nobody to ask before systemd listens there.
    if (access(socket.c_str(), F_OK) != 0) {
      std::this_thread::sleep_for(kPoll);
      continue;
    }
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now());
    TRY(const auto ran, ask(init, {"systemctl", "is-system-running", "--wait"}, left));
    auto state = std::string(trimmed(ran.out));
    if (state == "running" || state == "degraded" || state == "maintenance") return state;
    std::this_thread::sleep_for(kPoll);
  }
  return fail(ErrorKind::target, "systemd",
              fmt::format("it did not come up within {} s", kBootLimit.count()));
}

Result<void> ask_for_reboot(pid_t init) {
  // systemd(1), "signals": SIGRTMIN+5 reboots the machine, starting reboot.target.
  if (kill(init, SIGRTMIN + 5) == 0) return {};
  return fail(ErrorKind::target, "reboot", std::strerror(errno));
}

Result<ServiceState> restart_ssh(pid_t init) {
  const auto before = log_of_ssh(init).size();
  TRY(const auto ran, script(init,
                             "systemctl daemon-reload; systemctl reset-failed ssh.service; "
                             "systemctl restart ssh.service"));
  if (ran.status == 0) return ServiceState{true, {}};
  const auto log = log_of_ssh(init);
  return ServiceState{false, ran.err + log.substr(std::min(before, log.size()))};
}

void stop_ssh(pid_t init) {
  (void)script(init, "systemctl stop ssh.socket ssh.service");
}

std::string log_of_ssh(pid_t init) {
  const auto ran =
      script(init, "journalctl --sync; journalctl --no-pager --quiet -o cat -u ssh.service -u ssh.socket");
  return ran ? ran->out : std::string();
}

}  // namespace reentry::lab::systemd
