// system/passwd-unreadable
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say("{} holds no account, so no login can be right.",
                            "{} にアカウントがないため、どのログインも成功しません。", it.path());
  add_advice(finding, "restore",
             say("Restore the file from the copy beside it.", "隣にある写しから復元します。"),
             {"ls -l /etc/passwd*", "cp -p /etc/passwd- /etc/passwd", "chmod 644 /etc/passwd", "pwck -r"});
}

}  // namespace

constinit const Check kSystemPasswdUnreadable = {
    .cause = Cause::system_passwd_unreadable,
    .severity = Severity::blocker,
    .title = {"/etc/passwd is missing or empty", "/etc/passwd がないか空です"},
    .why = {"Without /etc/passwd no account exists, root included: sshd does not even find its own. A disk "
            "that was full while the file was rewritten is the usual reason. passwd-, the copy that the "
            "account tools keep beside it, is mostly still there.",
            "/etc/passwd がなければ、root を含むどのアカウントも存在しないことになり、sshd "
            "自身のアカウントも見つかりません。書き換え中のディスク不足が主な原因です。アカウント管理ツールが"
            "残す写し passwd- は、多くの場合残っています。"},
    .remedy = {"Restore it from /etc/passwd- or a backup.", "/etc/passwd- やバックアップから復元します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kSystemPasswdUnreadable, tell); },
};

}  // namespace reentry
