// auth/pubkey-authentication-off
#include <fmt/format.h>

#include "base/shown.hpp"
#include "checks/config_edits.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = {
      fmt::format("{} switches public keys off for {}.", it.where(), it.users().en),
      fmt::format("{} により {} の公開鍵認証が無効になっています。", it.where(), it.users().ja)};
  add_remedy(finding, "on", Risk::choice, say("Set the line to yes.", "この行を yes にします。"),
             set_value(it, "yes"), {edit_command(it), reload_command(it.input.facts)});
}

}  // namespace

constinit const Check kAuthPubkeyAuthenticationOff = {
    .cause = Cause::auth_pubkey_off,
    .severity = Severity::blocker,
    .title = {"Public keys are switched off for this login", "このログインでは公開鍵認証が無効です"},
    .why = {"With PubkeyAuthentication no sshd does not offer the method, and the client says `Permission "
            "denied` without having tried its key. The line may stand in a Match block that covers only some "
            "users or addresses. DSAAuthentication is an old alias of the same switch.",
            "PubkeyAuthentication no の場合、sshd は公開鍵認証を提示せず、クライアントは鍵を試すことなく "
            "`Permission denied` になります。特定のユーザーや接続元だけを対象にした Match "
            "ブロックの中に書かれていることもあります。DSAAuthentication は同じ設定の古い別名です。"},
    .remedy = {"Set PubkeyAuthentication yes.", "PubkeyAuthentication yes にします。"},
    .tells_apart = {"`publickey` is missing from the methods that the server names.",
                    "サーバーの示す認証方式に `publickey` がありません。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kAuthPubkeyAuthenticationOff, tell); },
};

}  // namespace reentry
