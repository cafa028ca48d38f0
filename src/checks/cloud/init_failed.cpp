// cloud/init-failed
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say("cloud-init reported {} errors, the first one: {}.",
                            "cloud-init が {} 件のエラーを報告しています。最初のエラー: {}。",
                            it.detail("count", "?"), it.detail("error", "?"));
  add_advice(finding, "read",
             say("Read what failed; keys and passwords of the cloud may not have been put in.",
                 "失敗した箇所を確認します。クラウドの鍵やパスワードが設定されていない可能性があります。"),
             {"cloud-init status --long", "grep -nE 'WARN|ERROR|Traceback' /var/log/cloud-init.log"});
}

}  // namespace

constinit const Check kCloudInitFailed = {
    .cause = Cause::cloud_init_failed,
    .severity = Severity::notice,
    .title = {"cloud-init came to its end with errors", "cloud-init がエラーで終了しています"},
    .why =
        {"On its first start an instance gets its launch key, its users and its host keys from cloud-init. "
         "What failed on the way is listed in result.json. A module that failed before the keys were put "
         "in leaves an instance that refuses the key that the console shows; one that failed later changes "
         "nothing for logins.",
         "インスタンスは初回起動時に、起動時の鍵、ユーザー、ホスト鍵を cloud-init "
         "から受け取ります。途中で失敗した処理は "
         "result.json "
         "に記録されます。鍵の配置より前に失敗すると、コンソールに表示される鍵でログインできないインスタンス"
         "になります。"
         "それより後の失敗は、ログインには影響しません。"},
    .remedy = {"Read cloud-init's log, and put the key in by hand where it is missing.",
               "cloud-init のログを確認し、鍵がなければ手作業で登録します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kCloudInitFailed, tell); },
};

}  // namespace reentry
