// auth/keys-file-owner
#include "checks/auth/strict_modes_words.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  tell_owner(it, finding);
}

}  // namespace

constinit const Check kAuthKeysFileOwner = {
    .cause = Cause::auth_keys_file_owner,
    .severity = Severity::blocker,
    .title = {"The authorized_keys file belongs to somebody else",
              "authorized_keys の所有者が別のユーザーです"},
    .why = {"The owner of the key file could change it at any time. With StrictModes yes (the default) sshd "
            "reads it only when the user who logs in or root owns it, and logs `Authentication refused: bad "
            "ownership or modes for file` otherwise.",
            "鍵ファイルの所有者はいつでも内容を変更できます。StrictModes yes（既定値）の sshd "
            "は、ログインするユーザー本人か root が所有する場合だけ読み込み、それ以外は `Authentication "
            "refused: bad ownership or modes for file` と記録して拒否します。"},
    .remedy = {"Give the file to its user (chown USER: FILE).",
               "所有者を本人に変更します（chown USER: FILE）。"},
    .tells_apart = {"sshd's log says `bad ownership or modes for file`.",
                    "sshd のログに `bad ownership or modes for file` が現れます。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kAuthKeysFileOwner, tell); },
};

}  // namespace reentry
