// auth/ssh-dir-unreadable
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

constinit const Check kAuthSshDirUnreadable = {
    .cause = Cause::auth_ssh_dir_unreadable,
    .severity = Severity::blocker,
    .title = {"The user may not pass through a directory on the way to the keys",
              "鍵ファイルへの途中のディレクトリを本人が通過できません"},
    .why = {"sshd opens authorized_keys with the rights of the user who logs in, not as root. When one "
            "directory on the way has no execute bit for that user, the file can't be reached and no key "
            "counts. That a directory belongs to root is no fault by itself; root with mode 0700 shuts the "
            "user out.",
            "sshd は authorized_keys を root "
            "ではなく、ログインするユーザーの権限で開きます。途中のディレクトリに本人の実行権（通過権）がない"
            "とファイルに到達できず、どの鍵も認められません。root "
            "の所有であること自体は問題ではありませんが、root 所有で 0700 だと本人は入れません。"},
    .remedy = {"Give the directory to its user, or let the user pass (execute bit).",
               "所有者を本人にするか、本人に通過権（実行権）を与えます。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kAuthSshDirUnreadable, tell); },
};

}  // namespace reentry
