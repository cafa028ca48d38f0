// auth/ssh-dir-owner
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

constinit const Check kAuthSshDirOwner = {
    .cause = Cause::auth_ssh_dir_owner,
    .severity = Severity::blocker,
    .title = {"The .ssh directory belongs to somebody else", ".ssh ディレクトリの所有者が別のユーザーです"},
    .why = {"Its owner could replace authorized_keys, so with StrictModes yes (the default) sshd trusts .ssh "
            "only when the user who logs in or root owns it. Files copied by another account or unpacked "
            "with foreign uids are the usual origin. Root as owner is accepted, provided that the user may "
            "read what is inside.",
            ".ssh の所有者は authorized_keys を差し替えられます。そのため StrictModes yes（既定値）の sshd "
            "は、ログインするユーザー本人か root が所有する .ssh "
            "だけを信頼します。別のアカウントでコピーした場合や、異なる uid "
            "のまま展開した場合によく起こります。root の所有でも、本人が中身を読めれば受け入れられます。"},
    .remedy = {"Give the directory to its user (chown USER: ~/.ssh).",
               "所有者を本人に変更します（chown USER: ~/.ssh）。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kAuthSshDirOwner, tell); },
};

}  // namespace reentry
