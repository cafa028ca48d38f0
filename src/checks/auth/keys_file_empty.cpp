// auth/keys-file-empty
#include "checks/auth/key_lines.hpp"
#include "checks/cloud_story.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say("{} ({} bytes) holds no key line.", "{}（{} バイト）に鍵の行がありません。",
                            it.path(), it.detail("size", "?"));
  const PublicKey* key = asked_key(it);
  add_remedy(finding, "authorize", Risk::choice,
             say("Add the public key to {}.", "公開鍵を {} に追加します。", it.path()),
             key == nullptr ? Steps{} : authorize(it, *key, it.has("path") ? it.raw("path") : it.at.path),
             {authorize_command(it, it.path())});
  add_cloud_story(it, finding);
}

}  // namespace

constinit const Check kAuthKeysFileEmpty = {
    .cause = Cause::auth_keys_file_empty,
    .severity = Severity::blocker,
    .title = {"The authorized_keys file holds no key", "authorized_keys に鍵が一つもありません"},
    .why = {"The file is there, but every line is blank or a comment. A full disk while it was rewritten, a "
            "tool that manages the file, or a `#` in front of each line leads to that. sshd says nothing "
            "about it in the log.",
            "ファイルはありますが、すべての行が空行かコメントです。書き換え中のディスク不足、ファイルを管理す"
            "るツール、各行の先頭の `#` などが原因です。sshd はログに何も記録しません。"},
    .remedy = {"Put the public key back into the file.", "公開鍵をファイルに登録し直します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kAuthKeysFileEmpty, tell); },
};

}  // namespace reentry
