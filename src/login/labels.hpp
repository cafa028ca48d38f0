// What SELinux makes of one use of one node: the kernel asks the policy, and only what it refuses in
// enforcing mode keeps anybody out.
#pragma once

#include "facts/facts.hpp"
#include "login/trace.hpp"

namespace reentry {

struct LabelVerdict {
  enum class State {
    allowed,
    refused,
    would_refuse,  // permissive: the kernel only logs it
    unknown,
  };
  State state = State::allowed;
  const LabelFact* fact = nullptr;  // nullptr where SELinux plays no part or nothing was asked
  Missing missing;                  // when unknown
};

// The mode that decides then: the running kernel's, or what a start from the disk would have.
[[nodiscard]] Known<SelinuxMode> selinux_mode(const Facts& facts, When when);
[[nodiscard]] LabelVerdict label_verdict(const Facts& facts, When when, const HostPath& physical,
                                         LabelUse use, LabelActor actor);

// An obstacle at the node: details path, label, expected, mended, mends (`yes` where the policy takes the
// mended label), domain, permissions, symlink, boolean, value.
[[nodiscard]] Obstacle label_obstacle(Cause cause, const LabelFact& fact);

// The way to `path` and its end, node by node as sshd meets them: what is refused is added to `refused`, what
// can't be told to `unknown`, what would be refused in enforcing mode to `logged`. `strict`: the directories
// are looked at too.
struct LabelWay {
  std::vector<const LabelFact*> refused;
  std::vector<const LabelFact*> logged;
  std::vector<Missing> unknown;
};
[[nodiscard]] LabelWay label_way(const Facts& facts, When when, const PathFact& path, LabelUse use,
                                 LabelActor actor, bool strict = false);

// service/labels, service/selinux-port and service/apparmor, which don't depend on the login.
[[nodiscard]] std::vector<Gate> label_gates(const Facts& facts, const EffectiveConfig& startup, When when);
// service/account-labels: the account files and PAM, which a running sshd reads anew for each login.
[[nodiscard]] Gate account_labels_gate(const Facts& facts, const EffectiveConfig& startup, When when);
// session/shell-label of one account.
[[nodiscard]] Gate shell_label_gate(const Facts& facts, When when, const PasswdEntry& user);

}  // namespace reentry
