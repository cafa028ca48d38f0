// account/expired
#include "checks/account/expiry.hpp"
#include "checks/clock_words.hpp"
#include "checks/every_check.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say("The account of {} expired on {}; PAM refuses it, keys included.",
                            "{} のアカウントは {} に失効しており、PAM は鍵でも拒否します。", it.user(),
                            it.detail("expired", "?"));
  add_whose_clock(it, finding);
  add_no_expiry(it, finding);
}

}  // namespace

constinit const Check kAccountExpired = {
    .cause = Cause::account_expired,
    .severity = Severity::blocker,
    .title = {"The account has expired", "アカウントの有効期限が切れています"},
    .why = {"Field 8 of /etc/shadow is the day from which the account is over. pam_unix refuses it then, for "
            "keys as well as for passwords; the client sees its connection closed after the key was "
            "accepted. The log says `account U has expired (account expired)`.",
            "/etc/shadow の第 8 フィールドはアカウントの失効日です。その日以降、pam_unix "
            "は鍵でもパスワードでも拒否します。鍵が受け入れられた後で接続が切れ、ログには `account U has "
            "expired (account expired)` と記録されます。"},
    .remedy = {"Extend or remove the date with chage -E, if the account is still wanted.",
               "引き続き使うアカウントであれば、chage -E で期限を延ばすか外します。"},
    .tells_apart = {"The server said `Your account has expired`.",
                    "サーバーが `Your account has expired` と表示します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kAccountExpired, tell); },
};

}  // namespace reentry
