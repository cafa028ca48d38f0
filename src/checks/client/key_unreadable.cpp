// client/key-unreadable
#include "base/shown.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say("{} can't be read: {}", "{} を読めません: {}", it.path(), shown(it.at.text));
  add_advice(finding, "own", say("Make it your own.", "所有者を自分に変更します。"),
             {"sudo chown \"$USER\" " + shell_word(it.detail("path")),
              "chmod 600 " + shell_word(it.detail("path"))});
}

}  // namespace

constinit const Check kClientKeyUnreadable = {
    .cause = Cause::client_key_unreadable,
    .severity = Severity::blocker,
    .from_client = true,
    .title = {"The key file can't be read", "鍵ファイルを読めません"},
    .why = {"ssh runs as the person who calls it and must be able to read the private key. A key that was "
            "fetched with sudo belongs to root, and one that lies behind a directory without search "
            "permission is as good as lost.",
            "ssh は実行した本人の権限で動くため、秘密鍵を読める必要があります。sudo で取得した鍵は root "
            "の所有になり、途中のディレクトリに検索権限がない場合も読めません。"},
    .remedy = {"Make the file your own: chown it to you, mode 0600.",
               "ファイルの所有者を自分にし、モードを 0600 にします。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kClientKeyUnreadable, tell); },
};

}  // namespace reentry
