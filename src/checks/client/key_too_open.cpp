// client/key-too-open
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation =
      say("{} has mode {}: ssh passes it over.", "{} のモードが {} のため、ssh はこの鍵を使いません。",
          it.path(), it.detail("mode"));
  add_advice(finding, "mode", say("Let nobody but its owner read it.", "所有者だけが読めるようにします。"),
             {"chmod 600 " + shell_word(it.detail("path"))});
}

}  // namespace

constinit const Check kClientKeyTooOpen = {
    .cause = Cause::client_key_too_open,
    .severity = Severity::blocker,
    .from_client = true,
    .title = {"ssh ignores the key: others may read the file",
              "他人が読めるモードのため、ssh が鍵を無視しています"},
    .why = {"ssh refuses to load a private key that belongs to its caller and that the group or others may "
            "read (authfile.c:sshkey_perm_ok): `UNPROTECTED PRIVATE KEY FILE`, then it goes on without it. "
            "On a Windows disk below /mnt the mode can't be changed: copy the key into the home directory.",
            "実行者本人が所有し、グループや他人が読める秘密鍵を ssh "
            "は読み込みません（authfile.c:sshkey_perm_ok）。`UNPROTECTED PRIVATE KEY FILE` "
            "と表示され、その鍵なしで続行します。/mnt 以下の Windows "
            "ディスクではモードを変更できないため、ホームディレクトリにコピーします。"},
    .remedy = {"Take the permissions of group and others away: chmod 600.",
               "グループと他人の権限を外します（chmod 600）。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kClientKeyTooOpen, tell); },
};

}  // namespace reentry
