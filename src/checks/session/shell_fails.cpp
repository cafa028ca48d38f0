// session/shell-fails
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation =
      say("The shell {} of {} can't be started: {} is {}.", "{1} のシェル {0} を起動できません（{2}: {3}）。",
          it.detail("shell", "?"), it.user(), it.path(), it.detail("why", "broken"));
  add_advice(
      finding, "change",
      say("Restore what lacks, or change the shell.", "足りないものを復元するか、シェルを変更します。"),
      {"ls -l " + shell_word(it.path()), "usermod -s /bin/sh " + shell_word(it.user())});
}

}  // namespace

constinit const Check kSessionShellFails = {
    .cause = Cause::session_shell_fails,
    .severity = Severity::blocker,
    .title = {"The login shell does not start", "ログインシェルが起動しません"},
    .why = {"sshd only tests that the shell exists and has an execute bit. Whether it runs shows in the "
            "session: a script whose interpreter is missing, a program for another processor or one that "
            "this user may not execute ends with `No such file or directory` or `Exec format error` right "
            "after the login.",
            "sshd "
            "が確認するのは、シェルが存在し実行権があることだけです。実際に動くかどうかはセッションで分かりま"
            "す。インタープリターのないスクリプト、別の CPU "
            "向けのプログラム、本人に実行権のないプログラムは、ログイン直後に `No such file or directory` や "
            "`Exec format error` で終わります。"},
    .remedy = {"Give the account a shell that runs, or restore what it needs.",
               "動作するシェルに変更するか、必要なものを復元します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kSessionShellFails, tell); },
};

}  // namespace reentry
