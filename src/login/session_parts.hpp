// The parts of the session stage, one gate each. Internal to login/.
#pragma once

#include <optional>
#include <string>

#include "login/gates.hpp"

namespace reentry {

// What the session of one login runs and where.
struct SessionPlan {
  const GateInput& input;
  const PasswdEntry& user;
  std::optional<std::string> chroot;  // expanded ChrootDirectory
  std::optional<std::string> forced;  // the command that replaces the client's
  Exhibit forced_at;                  // where it stands
  bool forced_by_key = false;
  bool internal_sftp = false;  // `forced` is sshd's own sftp server
  // Nobody asked about this login: a command forced on it is its purpose, not a fault.
  [[nodiscard]] bool is_by_design() const { return !input.question.asked; }
};

// session/chroot: session.c:safely_chroot.
[[nodiscard]] Gate chroot_gate(const SessionPlan& plan);
// session/command: ForceCommand and command=.
[[nodiscard]] Gate command_gate(const SessionPlan& plan);
// session/shell: session.c:do_child runs it by execve(2).
[[nodiscard]] Gate shell_gate(const SessionPlan& plan);
// session/user-rc: what bash reads before a command that comes by ssh.
[[nodiscard]] Gate user_rc_gate(const SessionPlan& plan);

}  // namespace reentry
