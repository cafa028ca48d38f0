// session/forced-command-fails
#include "checks/config_edits.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation =
      say("{}: `{}` can't be run, {} is {}.", "{}: `{}` を実行できません（{}: {}）。", it.where(),
          it.detail("command", "?"), it.detail("path", "?"), it.detail("why", "missing"));
  add_remedy(finding, "drop", Risk::choice,
             say("Comment the line out. The restriction that it made is then gone.",
                 "この行をコメントにします。この行による制限はなくなります。"),
             it.raw("by") == "key" ? Steps{} : drop_line(it, "reentry: the forced command can't be run"),
             {"ls -l " + shell_word(it.detail("path", "?")), edit_command(it)});
}

}  // namespace

constinit const Check kSessionForcedCommandFails = {
    .cause = Cause::session_forced_command_fails,
    .severity = Severity::blocker,
    .title = {"The forced command can't be run", "強制コマンドを実行できません"},
    .why = {"ForceCommand or a key's command= names a program that is not there or can't be executed. Every "
            "session then ends at once with status 127 or 126, right after the login succeeded.",
            "ForceCommand や鍵の command= "
            "が、存在しない、または実行できないプログラムを指しています。ログインに成功した直後、すべてのセッ"
            "ションがステータス 127 や 126 で終わります。"},
    .remedy = {"Restore the program, or take the forced command away.",
               "プログラムを復元するか、強制コマンドを外します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kSessionForcedCommandFails, tell); },
};

}  // namespace reentry
