// hostkey/public-half
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"
#include "checks/service/host_key_remedies.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  const bool absent = it.raw("problem") == "absent";
  finding.explanation =
      absent ? say("{} is not there. sshd does without it; the private key is whole.",
                   "{} がありません。秘密鍵は正常で、sshd の動作には影響しません。", it.path())
             : say("{} belongs to another key than the private one beside it. sshd logs this and does "
                   "without it.",
                   "{} は隣の秘密鍵とは別の鍵の公開鍵です。sshd はログに記録しますが、動作には影響しません。",
                   it.path());
  const HostKeyFact* key = host_key(it.input.facts, it.raw("configured"));
  add_remedy(finding, "derive", Risk::safe,
             say("Write the public half of the private key to {}.",
                 "秘密鍵から公開鍵を導いて {} に書きます。", it.path()),
             key == nullptr ? Steps{} : derive_public_half(it.input.facts, *key),
             {"ssh-keygen -yf " + shell_word(it.detail("configured")) + " > " + shell_word(it.path())});
}

}  // namespace

constinit const Check kHostkeyPublicHalf = {
    .cause = Cause::hostkey_public_half,
    .severity = Severity::notice,
    .title = {"The public half of a host key is missing or another key's",
              "ホスト鍵の公開鍵ファイルがないか、別の鍵のものです"},
    .why = {"sshd takes the public half from the private key, so it starts without the .pub file, and with a "
            "wrong one it only logs `Public key for F does not match private key`. People and programs that "
            "read "
            "the file to learn the fingerprint are told nothing or the wrong one, and HostKeyAgent needs it.",
            "sshd は公開鍵を秘密鍵から得るため、.pub ファイルがなくても起動し、内容が違っていても `Public "
            "key for F "
            "does not match private key` "
            "と記録するだけです。ただし、フィンガープリントを確認するためにこのファイル"
            "を読む人やプログラムは、何も得られないか誤った値を得ます。HostKeyAgent を使う場合は必要です。"},
    .remedy = {"Derive it from the private key.", "秘密鍵から導いて書き直します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kHostkeyPublicHalf, tell); },
};

}  // namespace reentry
