// session/max-sessions
#include "base/shown.hpp"
#include "checks/config_edits.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say("{}: `{}` leaves no shell and no command.",
                            "{}: `{}` により、シェルもコマンドも使えません。", it.where(), shown(it.at.text));
  add_remedy(
      finding, "default", Risk::choice,
      say("Comment the line out; 10 is the default.", "この行をコメントにします（既定値は 10 です）。"),
      drop_line(it, "reentry: left no session"), {edit_command(it), reload_command(it.input.facts)});
}

}  // namespace

constinit const Check kSessionMaxSessions = {
    .cause = Cause::session_max_sessions_zero,
    .severity = Severity::blocker,
    .title = {"MaxSessions lets no session begin", "MaxSessions によりセッションを開始できません"},
    .why = {"MaxSessions bounds the sessions of one connection. With 0 the login succeeds and only port "
            "forwarding works: shell, command and sftp are refused with `no more sessions`.",
            "MaxSessions は一つの接続で開けるセッションの数を制限します。0 "
            "の場合、ログインは成功してもポート転送しか使えず、シェル、コマンド、sftp は `no more sessions` "
            "で拒否されます。"},
    .remedy = {"Use the default of 10.", "既定値の 10 に戻します。"},
    .tells_apart = {"`open failed: administratively prohibited`.",
                    "`open failed: administratively prohibited` と表示されます。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kSessionMaxSessions, tell); },
};

}  // namespace reentry
