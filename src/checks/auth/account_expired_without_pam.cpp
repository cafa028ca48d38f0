// auth/account-expired-without-pam
#include "checks/account/expiry.hpp"
#include "checks/clock_words.hpp"
#include "checks/every_check.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say("The account of {} expired on {}.", "{} のアカウントは {} に失効しています。",
                            it.user(), it.detail("expired", "?"));
  add_whose_clock(it, finding);
  add_no_expiry(it, finding);
}

}  // namespace

constinit const Check kAuthAccountExpiredWithoutPam = {
    .cause = Cause::auth_account_expired_no_pam,
    .severity = Severity::blocker,
    .title = {"The account has expired", "アカウントの有効期限が切れています"},
    .why = {"With UsePAM no sshd tests the expiry date of /etc/shadow (field 8) itself, in days of UTC, and "
            "refuses every method after it. The log says `Account U has expired`.",
            "UsePAM no の場合、sshd 自身が /etc/shadow の有効期限（第 8 フィールド、UTC "
            "の日数）を調べ、期限を過ぎるとどの認証方式も拒否します。ログには `Account U has expired` "
            "と記録されます。"},
    .remedy = {"Extend or remove the date with chage -E, if the account is still wanted.",
               "引き続き使うアカウントであれば、chage -E で期限を延ばすか外します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kAuthAccountExpiredWithoutPam, tell); },
};

}  // namespace reentry
