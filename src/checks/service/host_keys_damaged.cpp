// service/host-keys-damaged
#include "checks/config_edits.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say("{} can't be loaded: {}.", "{} を読み込めません（{}）。", it.path(),
                            it.detail("reason", it.detail("state", "damaged")));
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
    .remedy = {"Put the key back from a backup; without one move the damaged files away and make new keys.",
               "バックアップから鍵を復元します。ない場合は壊れたファイルを退避し、新しい鍵を作ります。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kServiceHostKeysDamaged, tell); },
};

}  // namespace reentry
