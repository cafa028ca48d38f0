// hostkey/revoked
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation =
      say("{} revokes {}.", "{} により {} は失効しています。", it.where(), it.detail("fingerprint"));
  add_advice(finding, "ask", say("On the server a new pair is made so:", "サーバーで新しい鍵を作るには:"),
             {"sudo rm /etc/ssh/ssh_host_TYPE_key*; sudo ssh-keygen -A"});
}

}  // namespace

constinit const Check kHostkeyRevoked = {
    .cause = Cause::hostkey_revoked,
    .severity = Severity::blocker,
    .from_client = true,
    .title = {"The host key is marked as revoked", "ホスト鍵が失効として登録されています"},
    .why = {"A line of known_hosts with @revoked names this key (or the authority that signed it): somebody "
            "has said that it must not be trusted any more, after a leak or a rotation.",
            "known_hosts の @revoked "
            "行がこの鍵（または署名した認証局）を指しています。漏えいや更新の後で、信頼してはならないと登録さ"
            "れたものです。"},
    .remedy = {"Ask whoever keeps that file; the server needs a new host key.",
               "そのファイルの管理者に確認します。サーバーには新しいホスト鍵が必要です。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kHostkeyRevoked, tell); },
};

}  // namespace reentry
