// service/host-keys-damaged
#include "checks/config_edits.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"
#include "checks/service/host_key_remedies.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say("{} can't be loaded: {}.", "{} を読み込めません（{}）。", it.path(),
                            it.detail("reason", it.detail("state", "damaged")));
  if (const HostKeyFact* key = host_key(it.input.facts, it.raw("configured"))) {
    add_host_key_remedy(it.input.facts, *key, finding);
    return;
  }
  add_advice(finding, "generate",
             say("Restore the file from a backup, or move it away and make a new key.",
                 "バックアップから復元するか、退避して新しい鍵を作ります。"),
             {"mv " + shell_word(it.path()) + " " + shell_word(it.path() + ".damaged"), "ssh-keygen -A",
              "systemctl restart " + unit_name(it.input.facts)});
}

}  // namespace

constinit const Check kServiceHostKeysDamaged = {
    .cause = Cause::service_host_keys_damaged,
    .severity = Severity::blocker,
    .title = {"The host keys are damaged", "ホスト鍵が壊れています"},
    .why = {"A private host key must load without a passphrase. An empty file, one that was cut off when the "
            "disk was full, one with changed line ends or a key with a passphrase is of no use: sshd prints "
            "`Unable to load host key` with `error in libcrypto` or `invalid format`, and ends when no other "
            "key is left.",
            "ホスト鍵（秘密鍵）はパスフレーズなしで読み込める必要があります。空のファイル、ディスク不足で途中"
            "で切れたファイル、改行コードが変わったファイル、パスフレーズ付きの鍵は使えません。sshd は "
            "`error in libcrypto` や `invalid format` とともに `Unable to load host key` "
            "と表示し、ほかに使える鍵がなければ終了します。"},
    .remedy =
        {"Put the key back from a backup. Without one a new key takes the damaged one's place; keys that "
         "are whole stay, and line ends are set right where nothing else is wrong.",
         "バックアップから鍵を復元します。ない場合は、壊れた鍵だけを新しい鍵に置き換えます。正常な鍵はその"
         "まま残し、改行コードだけの問題であれば改行コードを直します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kServiceHostKeysDamaged, tell); },
};

}  // namespace reentry
