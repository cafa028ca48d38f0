// hostkey/type-lost
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"
#include "checks/service/host_key_remedies.hpp"
#include "login/host_keys.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say(
      "{} is configured but not loaded; clients that know only this key will refuse the host.",
      "{} は設定されていますが読み込まれません。この鍵しか知らないクライアントは接続を拒みます。", it.path());
  const Facts& facts = it.input.facts;
  const HostKeyFact* key = host_key(facts, it.raw("configured"));
  const auto node = seen_node(it);
  const HostKeyState state =
      key == nullptr ? HostKeyState::unknown
                     : judge_host_key(*key, facts, effective_config(facts.config, facts.ssh, {})).state;
  if (state == HostKeyState::too_open && node)
    add_remedy(finding, "close", Risk::safe,
               say("Set the mode of {} to 0600.", "{} の権限を 0600 にします。", it.path()),
               set_mode(*node, 0600), {"chmod 600 " + shell_word(it.path())});
  if (state == HostKeyState::damaged) add_host_key_remedy(facts, *key, finding);
  // A key that is gone with its public half may have been taken away on purpose.
  if (state == HostKeyState::missing && public_half_is_left(facts, *key))
    add_remedy(finding, "generate", Risk::safe,
               say("Make a new key in the place of {}.", "{} に新しい鍵を作ります。", it.path()),
               make_anew(facts, *key), {"ssh-keygen -A"});
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
    .remedy = {"Bring the key back from a backup, make a new one in the place of a damaged one, or tell the "
               "users the fingerprint of the one that is left.",
               "バックアップから鍵を復元するか、壊れた鍵を作り直すか、残っている鍵のフィンガープリントを利用"
               "者に伝えます。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kHostkeyTypeLost, tell); },
};

}  // namespace reentry
