// client/key-unusable
#include "base/shown.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say("{} is no private key that ssh loads: {}",
                            "{} は ssh が読み込める秘密鍵ではありません: {}", it.path(), shown(it.at.text));
  add_advice(finding, "convert",
             say("A .ppk becomes a key for ssh so; for line ends see the second command.",
                 ".ppk は次の 1 行目で変換できます。改行の問題は 2 行目で直せます。"),
             {"puttygen " + shell_word(it.detail("path")) + " -O private-openssh -o key",
              "sed -i 's/\\r$//' " + shell_word(it.detail("path"))});
}

}  // namespace

constinit const Check kClientKeyUnusable = {
    .cause = Cause::client_key_unusable,
    .severity = Severity::blocker,
    .from_client = true,
    .title = {"The key file is none that ssh can use", "ssh が使えない形式の鍵ファイルです"},
    .why = {"ssh wants a private key in OpenSSH's own format or in PEM. A public key, a PuTTY .ppk, a file "
            "with Windows line ends or without its last newline, and a copy that was cut all end in `error "
            "in libcrypto` or `invalid format`, and the key is not offered.",
            "ssh は OpenSSH 形式または PEM 形式の秘密鍵を必要とします。公開鍵、PuTTY の .ppk、Windows "
            "の改行や末尾の改行が欠けたファイル、途中で切れたコピーは `error in libcrypto` や `invalid "
            "format` となり、鍵は提示されません。"},
    .remedy = {"Name the private half; convert a .ppk with puttygen; copy the file again, whole.",
               "秘密鍵の側を指定する、.ppk は puttygen で変換する、ファイルを完全な形でコピーし直す。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kClientKeyUnusable, tell); },
};

}  // namespace reentry
