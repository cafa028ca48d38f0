// kex/closed
#include "base/shown.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say("{}: {}", "{}: {}", it.where(), shown(it.at.text));
  add_advice(finding, "look", say("On the server's console:", "サーバーのコンソールで:"),
             {"sudo reentry check", "sudo journalctl -u ssh -n 50"});
}

}  // namespace

constinit const Check kKexClosed = {
    .cause = Cause::kex_closed,
    .severity = Severity::blocker,
    .from_client = true,
    .title = {"The server hung up in the key exchange", "サーバーが鍵交換の途中で切断しました"},
    .why = {"The server said who it is and then ended: its process died (a sandbox, a damaged host key, a "
            "library), its grace time was up, or an intrusion prevention system cut the connection. Its log "
            "has the reason.",
            "サーバーは識別文字列を送った後に切断しました。プロセスの異常終了（サンドボックス、壊れたホスト鍵"
            "、ライブラリ）、猶予時間切れ、侵入防止装置による遮断などです。理由はサーバーのログにあります。"},
    .remedy = {"Read sshd's log on the server, or run `sudo reentry check` there.",
               "サーバーで sshd のログを読むか、`sudo reentry check` を実行します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kKexClosed, tell); },
};

}  // namespace reentry
