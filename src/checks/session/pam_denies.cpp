// session/pam-denies
#include "base/shown.hpp"
#include "checks/account/pam_lines.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation =
      say("{}: `{}` refuses the session of {} ({}).", "{}: `{}` が {} のセッションを拒否します（{}）。",
          it.where(), shown(it.at.text), it.user(), it.detail("answer", it.detail("module", "?")));
  add_remedy(finding, "drop", Risk::choice,
             say("Comment the line out. What it was to enforce is then not enforced.",
                 "この行をコメントにします。この行による制限は行われなくなります。"),
             drop_pam_line(it, "reentry: refused every session"), {edit_line_command(it)});
}

}  // namespace

constinit const Check kSessionPamDenies = {
    .cause = Cause::session_pam_denies,
    .severity = Severity::blocker,
    .title = {"PAM refuses to open the session", "PAM がセッションを開くことを拒否します"},
    .why = {"Key or password and account were accepted, but a module of the session stack fails. sshd ends "
            "the connection with status 254 right after `Authenticated`; the log says `pam_open_session():` "
            "and the reason.",
            "鍵やパスワード、アカウントは受け入れられましたが、session "
            "スタックのモジュールが失敗します。`Authenticated` の直後にステータス 254 "
            "で接続が終わり、ログには `pam_open_session():` と理由が記録されます。"},
    .remedy =
        {"See which module fails; take the line out only if it should not be there.",
         "どのモジュールが失敗しているかを確認します。行を外すのは、それが不要な場合だけにしてください。"},
    .tells_apart = {"It is after the key was taken, for every kind of session; sshd's log says `PAM`.",
                    "鍵の受理後、どの種類のセッションでも起こり、sshd のログに `PAM` が現れます。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kSessionPamDenies, tell); },
};

}  // namespace reentry
