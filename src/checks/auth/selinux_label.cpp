// auth/selinux-label
#include "checks/every_check.hpp"
#include "checks/seen_case.hpp"
#include "checks/selinux_words.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  tell_label(it, finding);
}

}  // namespace

constinit const Check kAuthSelinuxLabel = {
    .cause = Cause::auth_selinux_label,
    .severity = Severity::blocker,
    .title = {"SELinux keeps sshd from the authorized_keys file",
              "SELinux により sshd が authorized_keys を読めません"},
    .why =
        {"On a host with SELinux enforcing every file has a label, and the policy says what sshd may do with "
         "each type of label. A key file that was moved from /tmp or written by a rescue system keeps or "
         "lacks "
         "the label it had there. sshd then logs `Could not open user 'U' authorized keys … Permission "
         "denied` "
         "although every mode is right, and often nothing is in the audit log. A label that differs is not "
         "always refused; the target's own policy was asked.",
         "SELinux が enforcing のホストでは、すべてのファイルにラベルがあり、sshd "
         "が各ラベルに何をできるかはポリシーが定めます。/tmp から mv した鍵ファイルや、レスキュー環境で書き換"
         "えたファイルは、誤ったラベルのままだったり、ラベルを失ったりします。権限が正しくても `Could not "
         "open "
         "user 'U' authorized keys … Permission denied` "
         "と記録され、監査ログには何も残らないこともよくあります。"
         "ラベルが違うだけで必ず拒否されるわけではないため、対象ホスト自身のポリシーに照会しています。"},
    .remedy = {"restorecon gives back the label that file_contexts have for the path. fix does the same on a "
               "mounted disk, without SELinux on this machine.",
               "restorecon で file_contexts の定めるラベルに戻ります。fix "
               "はマウントしたディスクに対しても、このマシン"
               "の SELinux なしで同じことを行います。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kAuthSelinuxLabel, tell); },
};

}  // namespace reentry
