// account/pam-denies
#include "base/shown.hpp"
#include "checks/account/pam_lines.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say("{}: `{}` refuses {} ({}).", "{}: `{}` が {} を拒否します（{}）。", it.where(),
                            shown(it.at.text), it.user(), it.detail("answer", it.detail("module", "?")));
  add_remedy(finding, "drop", Risk::choice,
             say("Comment the line out. What it was to enforce is then not enforced.",
                 "この行をコメントにします。この行による制限は行われなくなります。"),
             drop_pam_line(it, "reentry: refused every account"), {edit_line_command(it)});
}

}  // namespace

constinit const Check kAccountPamDenies = {
    .cause = Cause::account_pam_denies,
    .severity = Severity::blocker,
    .title = {"PAM refuses the account", "PAM がアカウントを拒否します"},
    .why = {"After the key or password was right, sshd asks the account stack of PAM whether the account may "
            "be used now (with UsePAM yes, for keys as well). A module that says no ends the login; the "
            "client sees `Connection closed` although its key was accepted, and the log says `Access denied "
            "for user U by PAM account configuration`.",
            "鍵やパスワードが正しいと確認された後、sshd は PAM の account "
            "スタックに、今このアカウントを使ってよいかを尋ねます（UsePAM yes "
            "の場合。鍵でも同じです）。モジュールが拒否するとログインは終了します。鍵が受け入れられたのに "
            "`Connection closed` と表示され、ログには `Access denied for user U by PAM account "
            "configuration` と記録されます。"},
    .remedy = {"See which module refuses and why; take the line out only if it should not be there.",
               "どのモジュールがなぜ拒否しているかを確認します。行を外すのは、それが不要な場合だけにしてくだ"
               "さい。"},
    .tells_apart = {"sshd's log says `Access denied for user … by PAM account configuration`, with the "
                    "module in the line above.",
                    "sshd のログに `Access denied for user … by PAM account configuration` "
                    "があり、直前の行にモジュール名があります。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kAccountPamDenies, tell); },
};

}  // namespace reentry
