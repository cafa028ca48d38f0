// auth/keys-file-unreadable
#include "checks/auth/strict_modes_words.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  tell_unreadable(it, finding);
}

}  // namespace

constinit const Check kAuthKeysFileUnreadable = {
    .cause = Cause::auth_keys_file_unreadable,
    .severity = Severity::blocker,
    .title = {"The user may not read the authorized_keys file", "authorized_keys を本人が読めません"},
    .why = {"sshd opens the key file with the rights of the user who logs in, not as root. A file that "
            "belongs to root with mode 0600, or one without any read bit, is a file without keys for it. "
            "Newer versions log `Could not open user 'U' authorized keys`; before 9.1 the reason is only "
            "visible at debug level.",
            "sshd は鍵ファイルを root ではなく、ログインするユーザーの権限で開きます。root 所有で 0600 "
            "のファイルや、読み取り権のないファイルは、鍵がないのと同じ扱いになります。新しい版では `Could "
            "not open user 'U' authorized keys` と記録されますが、9.1 より前は debug "
            "レベルでしか理由が分かりません。"},
    .remedy = {"Give the file to its user, or make it readable for the user. Public keys are no secret.",
               "所有者を本人にするか、本人が読めるようにします。公開鍵は秘密ではありません。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kAuthKeysFileUnreadable, tell); },
};

}  // namespace reentry
