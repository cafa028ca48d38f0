// auth/keys-file-missing
#include "base/shown.hpp"
#include "checks/auth/key_lines.hpp"
#include "checks/cloud_story.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  const std::string expected = it.detail("expected", it.path());
  finding.explanation =
      say("sshd looks for the keys of {} in {}, and there is no such file.",
          "sshd は {} の鍵を {} から探しますが、このファイルがありません。", it.user(), expected);
  if (it.has("found_in")) {
    finding.explanation.en +=
        " The key stands in " + it.detail("found_in") + ", which sshd does not read for this user.";
    finding.explanation.ja +=
        "鍵は " + it.detail("found_in") + " にありますが、このユーザーのログインでは読まれません。";
  }
  const std::string path(it.has("expected") ? it.raw("expected") : it.raw("path"));
  const PublicKey* key = asked_key(it);
  Steps steps = key == nullptr ? Steps{} : authorize(it, *key, path);
  if (steps.empty() && key != nullptr) steps = authorize_aside(it, *key, path);
  add_remedy(finding, "authorize", Risk::choice,
             say("Put the public key into {}.", "公開鍵を {} に登録します。", expected), steps,
             {"install -d -m 700 -o " + shell_word(it.user()) + " " +
                  shell_word(shown(HostPath(path).parent().str(), 0)),
              authorize_command(it, path)});
  add_cloud_story(it, finding);
}

}  // namespace

constinit const Check kAuthKeysFileMissing = {
    .cause = Cause::auth_keys_file_missing,
    .severity = Severity::blocker,
    .title = {"There is no authorized_keys file", "authorized_keys がありません"},
    .why = {"sshd looks for keys where AuthorizedKeysFile says, by default in ~/.ssh/authorized_keys (and "
            "authorized_keys2). When no such file is there, no key can be right, and before 9.1 the log does "
            "not even say so. An account made without keys, a changed AuthorizedKeysFile, an Include line "
            "that was lost or a home that is not mounted are the usual reasons. That EC2's console shows a "
            "key pair proves nothing about the disk.",
            "sshd は AuthorizedKeysFile の場所、既定では ~/.ssh/authorized_keys（と "
            "authorized_keys2）から鍵を探します。ファイルがなければどの鍵も認められず、9.1 "
            "より前はログにも記録されません。鍵なしで作ったアカウント、AuthorizedKeysFile の変更、失われた "
            "Include 行、マウントされていないホームなどが主な理由です。EC2 "
            "のコンソールに表示されるキーペアは、ディスク上の鍵を証明するものではありません。"},
    .remedy = {"Put the public key into the file that sshd reads.",
               "sshd が読むファイルに公開鍵を登録します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kAuthKeysFileMissing, tell); },
};

}  // namespace reentry
