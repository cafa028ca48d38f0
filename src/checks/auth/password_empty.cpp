// auth/password-empty
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say("{} has an empty password, and sshd lets none in.",
                            "{} のパスワードは空で、sshd は空のパスワードを受け付けません。", it.user());
  add_advice(finding, "set",
             say("Set a password, or better authorize a key.", "パスワードを設定するか、鍵を登録します。"),
             {"passwd " + shell_word(it.user())});
}

}  // namespace

constinit const Check kAuthPasswordEmpty = {
    .cause = Cause::auth_password_empty,
    .severity = Severity::blocker,
    .title = {"The account's password is empty", "アカウントのパスワードが空です"},
    .why = {"sshd refuses an empty password unless PermitEmptyPasswords says yes, whatever PAM thinks of it. "
            "That is a good thing: an empty password is no password.",
            "PermitEmptyPasswords を有効にしていない限り、sshd は PAM "
            "の設定にかかわらず空のパスワードを拒否します。空のパスワードは認証にならないため、これは望ましい"
            "動作です。"},
    .remedy = {"Give the account a password or a key.", "パスワードを設定するか、鍵を登録します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kAuthPasswordEmpty, tell); },
};

}  // namespace reentry
