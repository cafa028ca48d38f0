// service/sshd-missing
#include "checks/cloud_story.hpp"
#include "checks/config_edits.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say("There is no {}. Without it nothing answers on the ssh port.",
                            "{} が存在しません。ssh のポートで応答するものがない状態です。", it.path());
  add_advice(finding, "install",
             say("Install the server package again.", "サーバーのパッケージを再インストールします。"),
             {install_command(it.input.facts)});
  add_package_story(it, it.has("path") ? it.raw("path") : it.at.path, finding);
}

}  // namespace

constinit const Check kServiceSshdMissing = {
    .cause = Cause::service_sshd_missing,
    .severity = Severity::blocker,
    .title = {"The sshd program is not there", "sshd のプログラムがありません"},
    .why = {"Nothing can listen for ssh without the program itself. The client sees `Connection refused`, "
            "and systemd reports status 203/EXEC. Usually the package was removed, an upgrade was cut short, "
            "or only the client package was ever installed.",
            "プログラム本体がなければ ssh の接続を待ち受けるものがありません。クライアントには `Connection "
            "refused` と表示され、systemd は status 203/EXEC "
            "を報告します。パッケージの削除、途中で止まったアップグレード、クライアントだけのインストールなど"
            "が主な原因です。"},
    .remedy = {"Install the OpenSSH server package again; its configuration and host keys are kept.",
               "OpenSSH サーバーのパッケージを再インストールします。設定とホスト鍵は残ります。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kServiceSshdMissing, tell); },
};

}  // namespace reentry
