// system/selinux-label
#include "checks/every_check.hpp"
#include "checks/seen_case.hpp"
#include "checks/selinux_words.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  tell_label(it, finding);
}

}  // namespace

constinit const Check kSystemSelinuxLabel = {
    .cause = Cause::system_selinux_label,
    .severity = Severity::blocker,
    .title = {"SELinux keeps logins from the account files, PAM or the shell",
              "SELinux によりアカウント情報・PAM・シェルを使えません"},
    .why =
        {"Every login reads /etc/passwd, /etc/shadow and the PAM configuration, and starts a shell. A "
         "password "
         "that was reset on a rescue system replaces /etc/shadow; without its label unix_chkpwd can't read "
         "it, "
         "and every login ends with `Access denied for user U by PAM account configuration`, with a key too.",
         "どのログインでも /etc/passwd、/etc/shadow、PAM "
         "の設定が読まれ、シェルが起動されます。レスキュー環境でパ"
         "スワードを再設定すると /etc/shadow が置き換わります。ラベルがないと unix_chkpwd "
         "が読めず、鍵によるログイ"
         "ンも含めて `Access denied for user U by PAM account configuration` で終わります。"},
    .remedy = {"restorecon -v on the named files, or `touch /.autorelabel` and a reboot for the whole disk.",
               "該当するファイルに restorecon -v を実行するか、`touch /.autorelabel` "
               "の後に再起動してディスク全体のラベルを付け直します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kSystemSelinuxLabel, tell); },
};

}  // namespace reentry
