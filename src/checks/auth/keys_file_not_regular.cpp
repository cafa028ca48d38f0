// auth/keys-file-not-regular
#include "checks/auth/key_lines.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say("{} is no regular file, so sshd reads no key from it.",
                            "{} は通常のファイルではないため、sshd は鍵を読みません。", it.path());
  const PublicKey* key = asked_key(it);
  add_remedy(
      finding, "replace", Risk::choice,
      say("Keep it as {}.old and write a file with the public key.",
          "{}.old として残し、公開鍵を登録したファイルを作成します。", it.path()),
      key == nullptr ? Steps{} : authorize_aside(it, *key, it.has("path") ? it.raw("path") : it.at.path),
      {"ls -la " + shell_word(it.path()),
       "mv " + shell_word(it.path()) + " " + shell_word(it.path() + ".old"),
       authorize_command(it, it.path())});
}

}  // namespace

constinit const Check kAuthKeysFileNotRegular = {
    .cause = Cause::auth_keys_file_not_regular,
    .severity = Severity::blocker,
    .title = {"authorized_keys is not a regular file", "authorized_keys が通常のファイルではありません"},
    .why = {"sshd reads keys from regular files only. A directory or a pipe of that name is refused with "
            "`authorized keys … is not a regular file`. A symbolic link to a regular file is fine.",
            "sshd が鍵を読むのは通常のファイルだけです。同じ名前のディレクトリやパイプは `authorized keys … "
            "is not a regular file` で拒否されます。通常のファイルへのシンボリックリンクは問題ありません。"},
    .remedy = {"Move what is there out of the way and put a file in its place.",
               "そこにあるものを退避し、ファイルを作り直します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kAuthKeysFileNotRegular, tell); },
};

}  // namespace reentry
