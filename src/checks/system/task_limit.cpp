// system/task-limit
#include "base/shown.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  const std::string source(it.raw("source"));
  finding.explanation =
      say("{} of {} processes and threads are used ({}): sshd can't start those of a login.",
          "プロセスとスレッドの上限 {1} のうち {0} が使用中です（{2}）。sshd "
          "はログインに必要なプロセスを起動できません。",
          it.detail("now"), it.detail("most"), shown(source));
  finding.certainty = Certainty::likely;
  std::vector<std::string> commands;
  constexpr std::string_view kGroups = "/sys/fs/cgroup";
  if (source.starts_with(kGroups)) {
    const std::string group = source.substr(0, source.rfind('/'));
    commands = {
        "ps -o pid,ppid,user,etime,args -p \"$(paste -sd, " + shell_word(group + "/cgroup.procs") + ")\"",
        "systemctl set-property --runtime " + shell_word(group.substr(group.rfind('/') + 1)) +
            " TasksMax=4096"};
  } else {
    commands = {"ps -eLo user= | sort | uniq -c | sort -n | tail",
                "sysctl -w " + std::string(source.ends_with("pid_max") ? "kernel.pid_max=4194304"
                                                                       : "kernel.threads-max=200000")};
  }
  add_advice(
      finding, "room",
      say("End what runs away, or raise the limit.", "暴走しているプロセスを終了するか、上限を上げます。"),
      commands);
}

}  // namespace

constinit const Check kSystemTaskLimit = {
    .cause = Cause::system_task_limit,
    .severity = Severity::blocker,
    .title = {"No process can be started for a login", "ログインのためのプロセスを起動できません"},
    .why =
        {"Each login needs a process of sshd's for the connection, one without privileges and the user's "
         "shell. A control group (TasksMax of the unit) or the kernel (threads-max, pid_max) bounds how many "
         "there are. At the bound fork fails: the connection is closed without a word, after a moment, or "
         "with `exec request failed on channel 0`.",
         "1 回のログインには、接続を扱う sshd のプロセス、権限のないプロセス、利用者のシェルが必要です。"
         "プロセス数は、コントロールグループ（ユニットの TasksMax）やカーネル（threads-max、pid_max）によって"
         "制限されます。上限に達すると fork が失敗し、接続は無言で、または少し後に切れるか、`exec request "
         "failed on "
         "channel 0` になります。"},
    .remedy = {"End what runs away, or raise the limit.",
               "暴走しているプロセスを終了するか、上限を上げます。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kSystemTaskLimit, tell); },
};

}  // namespace reentry
