// hostkey/type-lost
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say(
      "{} is configured but not loaded; clients that know only this key will refuse the host.",
      "{} は設定されていますが読み込まれません。この鍵しか知らないクライアントは接続を拒みます。", it.path());
  add_advice(finding, "restore",
             say("Bring the key back, or announce the others.", "鍵を復元するか、ほかの鍵を周知します。"),
             {"ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub"});
}

}  // namespace

constinit const Check kHostkeyTypeLost = {
    .cause = Cause::hostkey_type_lost,
    .severity = Severity::risk,
    .title = {"A host key that clients may know is not loaded",
              "クライアントが記憶している可能性のあるホスト鍵が読み込まれません"},
    .why = {"Clients remember the type of host key that they saw first. When the server no longer offers "
            "that type, `ssh` falls back to another and asks, or stops with `REMOTE HOST IDENTIFICATION HAS "
            "CHANGED`. The server itself is content as long as one key loads.",
            "クライアントは最初に見た種類のホスト鍵を記憶します。サーバーがその種類を提供しなくなると、`ssh` "
            "は別の種類について確認を求めるか、`REMOTE HOST IDENTIFICATION HAS CHANGED` "
            "で停止します。サーバー側は、鍵が一つでも読み込めれば正常に動きます。"},
    .remedy = {"Bring the key back, or tell the users the fingerprint of the one that is left.",
               "鍵を復元するか、残っている鍵のフィンガープリントを利用者に伝えます。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kHostkeyTypeLost, tell); },
};

}  // namespace reentry
