// cloud/user-data-unread
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation =
      it.raw("problem") == "yaml"
          ? say("The user data ({}) is no YAML: {}. cloud-init left all of it out.",
                "ユーザーデータ（{}）は YAML として読めません: {}。cloud-init は全体を無視しました。",
                it.where(), it.detail("reason", "?"))
          : say("The user data ({}) begins with neither #cloud-config nor #!. cloud-init left all of it out.",
                "ユーザーデータ（{}）は #cloud-config でも #! でも始まっていません。cloud-init "
                "は全体を無視しました。",
                it.where());
  add_advice(
      finding, "correct",
      say("Correct the user data for the next instance; this one does not read it again.",
          "次のインスタンスのためにユーザーデータを修正します。このインスタンスでは再度読み込まれません。"),
      {"cloud-init schema --system", "cloud-init query userdata | head"});
}

}  // namespace

constinit const Check kCloudUserDataUnread = {
    .cause = Cause::cloud_user_data,
    .severity = Severity::notice,
    .title = {"cloud-init could not read the user data", "cloud-init がユーザーデータを読めませんでした"},
    .why =
        {"cloud-init decides by the first line what user data is: `#cloud-config`, `#!`, a MIME message and "
         "few others. Text without such a line, and YAML that does not parse, is passed over with no more "
         "than a warning in its log, so that users, keys and passwords of it are never made.",
         "cloud-init は最初の行（`#cloud-config`、`#!`、MIME "
         "など）でユーザーデータの種類を判断します。該当する行がないテキストや、YAML "
         "として読めないものは、ログに警告を残すだけで無視されます。そのため、書かれたユーザー、鍵、パスワー"
         "ドは作成されません。"},
    .remedy = {"Begin with #cloud-config and check it with cloud-init schema.",
               "1 行目を #cloud-config とし、cloud-init schema で確認します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kCloudUserDataUnread, tell); },
};

}  // namespace reentry
