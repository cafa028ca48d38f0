// session/pam-module-missing
#include "checks/account/pam_lines.hpp"
#include "checks/cloud_story.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say("{}: {} can't be loaded ({}), so no session is opened.",
                            "{}: {} を読み込めず（{}）、セッションを開けません。", it.where(),
                            it.detail("module", "?"), it.detail("why", "missing"));
  add_remedy(finding, "drop", Risk::choice,
             say("Comment the line out. What the module was to do is then not done.",
                 "この行をコメントにします。モジュールの処理は行われなくなります。"),
             drop_pam_line(it, "reentry: this module can't be loaded"), {edit_line_command(it)});
  add_package_story(it, it.raw("module"), finding);
}

}  // namespace

constinit const Check kSessionPamModuleMissing = {
    .cause = Cause::session_pam_module_missing,
    .severity = Severity::blocker,
    .title = {"A PAM module of the session stack is missing",
              "session スタックの PAM モジュールがありません"},
    .why = {"The login itself succeeds, then PAM opens the session. A required module that can't be loaded "
            "makes that fail: sshd closes the connection with status 254 right after `Authenticated`. The "
            "log says `PAM unable to dlopen` and `pam_open_session(): Module is unknown`.",
            "認証に成功した後、PAM "
            "がセッションを開きます。必須のモジュールを読み込めないとこれが失敗し、`Authenticated` "
            "の直後にステータス 254 で接続が閉じられます。ログには `PAM unable to "
            "dlopen`、`pam_open_session(): Module is unknown` と記録されます。"},
    .remedy = {"Install the module's package, or take the line out.",
               "モジュールのパッケージをインストールするか、その行を外します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kSessionPamModuleMissing, tell); },
};

}  // namespace reentry
