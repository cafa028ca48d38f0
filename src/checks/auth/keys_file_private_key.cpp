// auth/keys-file-private-key
#include "checks/auth/key_lines.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say(
      "{} holds a private key. sshd reads no key from it, and that key is exposed.",
      "{} に秘密鍵が書かれています。sshd はここから鍵を読めず、その鍵は漏れたとみなすべきです。", it.where());
  const PublicKey* key = asked_key(it);
  add_remedy(finding, "authorize", Risk::choice,
             say("Add the public key that was asked about; remove the private key by hand.",
                 "指定された公開鍵を追加します。秘密鍵は手作業で取り除いてください。"),
             key == nullptr ? Steps{} : authorize(it, *key, it.has("path") ? it.raw("path") : it.at.path),
             {authorize_command(it, it.path())});
  add_advice(finding, "remove",
             say("Remove the private key and make a new pair.", "秘密鍵を取り除き、新しい鍵ペアを作ります。"),
             {"ssh-keygen -t ed25519"});
}

}  // namespace

constinit const Check kAuthKeysFilePrivateKey = {
    .cause = Cause::auth_keys_file_private_key,
    .severity = Severity::blocker,
    .title = {"A private key stands in authorized_keys", "authorized_keys に秘密鍵が書かれています"},
    .why = {"Only public keys belong into authorized_keys; sshd passes the lines of a private key over. "
            "Worse, the private key lies on the server now, readable for its administrators and in its "
            "backups, and should be replaced.",
            "authorized_keys に書くのは公開鍵だけで、sshd "
            "は秘密鍵の行を読み飛ばします。さらに、秘密鍵がサーバー上にあり、管理者やバックアップから読める状"
            "態になっているため、鍵を作り直す必要があります。"},
    .remedy = {"Remove it, authorize the public half of a new key, and don't use the exposed key again.",
               "秘密鍵を取り除き、新しい鍵の公開鍵を登録します。漏れた鍵は今後使わないでください。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kAuthKeysFilePrivateKey, tell); },
};

}  // namespace reentry
