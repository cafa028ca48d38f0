// auth/password-authentication-off
#include <fmt/format.h>

#include "checks/config_edits.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = {
      fmt::format("{} switches passwords off for {}.", it.where(), it.users().en),
      fmt::format("{} により {} のパスワード認証が無効になっています。", it.where(), it.users().ja)};
  add_advice(finding, "use-key",
             say("Better: authorize a public key for {}.",
                 "より望ましいのは、{} に公開鍵を登録することです。", it.user()),
             {"reentry fix --user " + shell_word(it.user()) + " --key KEY.pub --risk choice"});
  add_remedy(finding, "this-user", Risk::choice,
             say("Allow passwords to {} alone, by a Match block.",
                 "Match ブロックで {} だけにパスワードを許可します。", it.user()),
             finding.users.size() == 1 ? allow_for_user(it, {"PasswordAuthentication yes"}, false) : Steps{},
             {edit_command(it), reload_command(it.input.facts)});
}

}  // namespace

constinit const Check kAuthPasswordAuthenticationOff = {
    .cause = Cause::auth_password_off,
    .severity = Severity::blocker,
    .title = {"Passwords are switched off for this login", "このログインではパスワード認証が無効です"},
    .why = {"PasswordAuthentication no takes the method away, and so does KbdInteractiveAuthentication no "
            "for passwords that PAM asks for; passwords work when one of the two is on. The first value that "
            "sshd reads wins, so a drop-in that the main file includes at its top beats what stands further "
            "down, and a matching Match block beats both. Keys without passwords are the safer setting.",
            "PasswordAuthentication no はパスワード認証を無効にし、KbdInteractiveAuthentication no は PAM "
            "が尋ねるパスワードを無効にします。どちらかが有効ならパスワードを使えます。最初に読まれた値が有効"
            "になるため、本体の先頭で Include されるドロップインは後の行より優先され、該当する Match "
            "ブロックはその両方より優先されます。パスワードを使わず鍵だけにする方が安全です。"},
    .remedy = {"Put a public key into the account and use that. Where a password is really needed, allow it "
               "to this one user only.",
               "アカウントに公開鍵を登録して使います。どうしてもパスワードが必要な場合は、そのユーザーだけに"
               "許可します。"},
    .evaluate =
        [](const CheckInput& input) { return each_seen(input, kAuthPasswordAuthenticationOff, tell); },
};

}  // namespace reentry
