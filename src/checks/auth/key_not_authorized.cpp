// auth/key-not-authorized
#include "checks/auth/key_lines.hpp"
#include "checks/cloud_story.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say("{} has {} key lines, and none of them is {}.",
                            "{} には鍵の行が {} 行ありますが、{} はありません。", it.path(),
                            it.detail("keys", "?"), it.detail("fingerprint", "?"));
  if (it.has("found_in")) {
    finding.explanation.en += " It stands in " + it.detail("found_in") + ".";
    finding.explanation.ja += "この鍵は " + it.detail("found_in") + " にあります。";
  }
  const PublicKey* key = asked_key(it);
  add_remedy(finding, "authorize", Risk::choice,
             say("Add the key to {}.", "この鍵を {} に追加します。", it.path()),
             key == nullptr ? Steps{} : authorize(it, *key, it.has("path") ? it.raw("path") : it.at.path),
             {authorize_command(it, it.path())});
  add_advice(finding, "compare",
             say("Or use a key that is there: compare the fingerprints.",
                 "または登録済みの鍵を使います。フィンガープリントを比べてください。"),
             {"ssh-keygen -lf " + shell_word(it.path())});
  add_cloud_story(it, finding);
}

}  // namespace

constinit const Check kAuthKeyNotAuthorized = {
    .cause = Cause::auth_key_not_authorized,
    .severity = Severity::blocker,
    .title = {"The key is not in authorized_keys", "この鍵は authorized_keys に登録されていません"},
    .why = {"sshd compares the key that the client offers with each line of the file; comments and file "
            "names don't matter, and neither does what a cloud console shows as the instance's key pair. "
            "When no line holds this key, it is refused and the client tries the next one. Another key on "
            "the client, an image with an older key, or a tool that rewrote the file are the usual reasons.",
            "sshd "
            "はクライアントが提示した鍵をファイルの各行と比較します。コメントやファイル名、クラウドのコンソー"
            "ルに表示されるキーペア名は関係ありません。同じ鍵の行がなければ拒否され、クライアントは次の鍵を試"
            "します。クライアントが別の鍵を使っている、古い鍵の入ったイメージを使った、ツールがファイルを書き"
            "換えた、などが主な理由です。"},
    .remedy = {"Use the private key that belongs to one of the lines, or add this public key.",
               "登録済みの行に対応する秘密鍵を使うか、この公開鍵を追加します。"},
    .tells_apart =
        {"The key's fingerprint is not among those of `ssh-keygen -lf ~/.ssh/authorized_keys` on the server.",
         "サーバーの `ssh-keygen -lf ~/.ssh/authorized_keys` にこの鍵のフィンガープリントがありません。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kAuthKeyNotAuthorized, tell); },
};

}  // namespace reentry
