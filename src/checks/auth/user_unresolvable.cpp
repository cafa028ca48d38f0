// auth/user-unresolvable
#include "checks/account_edits.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say("The line of {} ({}) is skipped: {}.", "{} の行（{}）は読み飛ばされます（{}）。",
                            it.user(), it.where(), it.detail("why", "damaged"));
  Steps steps = restore_passwd_line(it.input.facts, it.at.line, it.raw("user"));
  if (steps.empty())
    return add_advice(finding, "mend", say("Mend the line.", "行を修正します。"), {"vipw", "pwck -r"});
  add_remedy(finding, "restore", Risk::choice,
             say("Put back the line of {} that /etc/passwd- has.", "/etc/passwd- にある {} の行に戻します。",
                 it.user()),
             std::move(steps), {"grep -n " + shell_word("^" + it.user() + ":") + " /etc/passwd-", "vipw"});
}

}  // namespace

constinit const Check kAuthUserUnresolvable = {
    .cause = Cause::auth_user_unresolvable,
    .severity = Severity::blocker,
    .title = {"The account's line in /etc/passwd is damaged", "/etc/passwd のアカウントの行が壊れています"},
    .why = {"The C library skips a line of /etc/passwd that lacks a field or whose uid is no number, as if "
            "it were not there. For sshd the account then does not exist, and the log says `Invalid user` "
            "although the name stands in the file.",
            "C ライブラリは、フィールドが足りない行や uid "
            "が数値でない行を、存在しないものとして読み飛ばします。そのため sshd "
            "から見てアカウントは存在せず、ファイルに名前があってもログには `Invalid user` と記録されます。"},
    .remedy = {"Mend the line: seven fields, separated by colons, uid and gid as numbers.",
               "行を修正します。コロン区切りの 7 フィールドで、uid と gid は数値です。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kAuthUserUnresolvable, tell); },
};

}  // namespace reentry
