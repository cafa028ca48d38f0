// auth/home-owner
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

constinit const Check kAuthHomeOwner = {
    .cause = Cause::auth_home_owner,
    .severity = Severity::blocker,
    .title = {"The home directory belongs to somebody else", "ホームディレクトリの所有者が別のユーザーです"},
    .why =
        {"The owner of a directory can rename what is in it and change its mode. With StrictModes yes (the "
         "default) sshd therefore trusts a home directory only when the user who logs in or root owns it. A "
         "home that belongs to root is fine as long as the user may pass through it. Typical origins are a "
         "recursive chown for a web server, or an account that was created again with another uid.",
         "ディレクトリの所有者は中身を差し替えたり権限を変えたりできます。そのため StrictModes "
         "yes（既定値）の sshd は、ログインするユーザー本人か root "
         "が所有するホームディレクトリだけを信頼します。root "
         "の所有でも、本人が通過できれば問題ありません。ウェブサーバー向けに再帰的に chown "
         "した場合や、アカウントを別の uid で作り直した場合によく起こります。"},
    .remedy = {"Give the directory back to its user (chown USER: HOME).",
               "所有者を本人に戻します（chown USER: HOME）。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kAuthHomeOwner, tell); },
};

}  // namespace reentry
