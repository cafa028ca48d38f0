// session/chroot-ownership
#include "base/shown.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  const auto node = seen_node(it);
  finding.explanation =
      say("{} has {}; sshd chroots only where root alone can write.",
          "{} は {} です。sshd は root だけが書き込めるディレクトリにしか chroot しません。", it.path(),
          it.at.text.empty() ? it.detail("why", "?") : shown(it.at.text));
  const PasswdEntry* user = it.account();
  Steps steps;
  if (node && !is_shared_directory(*node)) {
    steps = set_owner(*node, 0, node->gid);
    for (Step& step : set_mode(*node, node->mode & ~0022U)) steps.push_back(std::move(step));
  }
  const bool home = user != nullptr && node && is_in_home(it.input.facts, *user, node->path);
  if (node && node->uid == 0 && !home) {
    add_remedy(finding, "close", Risk::safe,
               say("Take the others' write bits from {}.", "{} から他者の書き込み権を外します。", it.path()),
               std::move(steps), {"chmod go-w " + shell_word(it.path())});
    return;
  }
  add_remedy(
      finding, "own", Risk::choice,
      home ? say("Give {} to root. It is the user's home: {} can then no longer write to it directly.",
                 "{} を root の所有にします。ホームディレクトリのため、{} は直接書き込めなくなります。",
                 it.path(), it.user())
           : say("Give {} to root and take the others' write bits: {} can then no longer write to it "
                 "directly.",
                 "{} を root の所有にし、他者の書き込み権を外します。{} は直接書き込めなくなります。",
                 it.path(), it.user()),
      std::move(steps), {"chown root " + shell_word(it.path()), "chmod go-w " + shell_word(it.path())});
}

}  // namespace

constinit const Check kSessionChrootOwnership = {
    .cause = Cause::session_chroot_ownership,
    .severity = Severity::blocker,
    .title = {"ChrootDirectory is not safe from its user", "ChrootDirectory の所有者か権限が不適切です"},
    .why =
        {"Every directory from / down to ChrootDirectory must belong to root and be writable for nobody "
         "else, since whoever can change a root file system can become root in it. sshd logs `bad ownership "
         "or modes for chroot directory` and closes the connection right after `Authenticated`. A directory "
         "below it may belong to the user.",
         "/ から ChrootDirectory までのすべてのディレクトリは root "
         "所有で、ほかの誰も書き込めない必要があります。ルートファイルシステムを変更できる人は、その中で "
         "root になれるからです。sshd は `bad ownership or modes for chroot directory` "
         "と記録し、`Authenticated` の直後に切断します。その下のディレクトリはユーザーの所有で構いません。"},
    .remedy = {"Give the directory to root (mode 0755) and a directory below it to the user.",
               "ディレクトリを root 所有（0755）にし、その下にユーザー用のディレクトリを作ります。"},
    .tells_apart = {"sshd's log says `bad ownership or modes for chroot directory`.",
                    "sshd のログに `bad ownership or modes for chroot directory` が現れます。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kSessionChrootOwnership, tell); },
};

}  // namespace reentry
