// system/out-of-memory
#include "base/shown.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  const std::string unit = it.detail("unit", "ssh.service");
  finding.explanation =
      say("The kernel ended a process of {} because memory ran out, and no sshd listens since.",
          "メモリ不足のためカーネルが {} のプロセスを終了させ、それ以降 sshd は待ち受けていません。", unit);
  if (it.has("log")) {
    finding.explanation = say("{}: the kernel ended a process of sshd because memory ran out: {}",
                              "{}: メモリ不足のため、カーネルが sshd のプロセスを終了させました: {}",
                              it.detail("log"), shown(it.at.text));
  }
  const std::string word = shell_word(it.has("unit") ? it.raw("unit") : std::string_view("ssh.service"));
  add_advice(finding, "start",
             say("Find what takes the memory, and start sshd.",
                 "メモリを消費しているものを特定し、sshd を起動します。"),
             {"journalctl -k -b | grep -i 'killed process'", "systemctl show -p MemoryMax " + word,
              "ps -eo pid,user,rss,args --sort=-rss | head", "systemctl reset-failed " + word,
              "systemctl start " + word});
}

}  // namespace

constinit const Check kSystemOutOfMemory = {
    .cause = Cause::system_out_of_memory,
    .severity = Severity::blocker,
    .title = {"The kernel ended a process of sshd because memory ran out",
              "メモリ不足のため、カーネルが sshd を終了させました"},
    .why =
        {"When memory runs out, on the whole host or in the control group of a unit (MemoryMax), the kernel "
         "ends a process of its choice. sshd asks to be spared, but not within its own group's bound, and "
         "not its sessions. systemd then calls the unit failed with the result oom-kill.",
         "ホスト全体またはユニットのコントロールグループ（MemoryMax）でメモリが不足すると、カーネルは"
         "選んだプロセスを終了させます。sshd "
         "は対象から外れるよう求めますが、自身のグループの上限に達した場合や"
         "セッションのプロセスには効きません。systemd はこのユニットを oom-kill による failed とします。"},
    .remedy =
        {"Start sshd, find what takes the memory, add memory, swap or a limit for it.",
         "sshd を起動し、メモリを消費しているものを特定して、メモリやスワップの追加、または制限を行います。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kSystemOutOfMemory, tell); },
};

}  // namespace reentry
