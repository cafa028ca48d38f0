// session/nologin-shell
#include "checks/account_edits.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation =
      say("The shell of {} is {}: the login succeeds and ends at once.",
          "{} のシェルは {} で、ログインは成功してもすぐに終了します。", it.user(), it.detail("shell", "?"));
  const PasswdEntry* user = it.account();
  const std::string present = present_shell(it.input.facts, user);
  const std::string shell = present.empty() ? "/bin/sh" : present;
  add_remedy(finding, "change", Risk::choice,
             say("Give {} the shell {}.", "{} のシェルを {} に変更します。", it.user(), shell),
             present.empty() ? Steps{} : set_passwd_field(it.input.facts, *user, 6, shell),
             {"usermod -s " + shell + " " + shell_word(it.user())});
}

}  // namespace

constinit const Check kSessionNologinShell = {
    .cause = Cause::session_nologin_shell,
    .severity = Severity::blocker,
    .title = {"The account's shell ends every session", "アカウントのシェルがセッションをすぐに終了させます"},
    .why =
        {"/usr/sbin/nologin and /bin/false are real programs, so sshd lets the login succeed and starts "
         "them; they print `This account is currently not available` at most and end. Service accounts have "
         "them on purpose. Port forwarding and ProxyJump still work with such a shell.",
         "/usr/sbin/nologin や /bin/false "
         "は実在するプログラムなので、ログインは成功して起動されますが、せいぜい `This account is currently "
         "not available` と表示して終了します。サービス用アカウントでは意図的な設定です。ポート転送や "
         "ProxyJump はこのシェルでも使えます。"},
    .remedy = {"Give the account a real shell, if people should log in with it.",
               "人がログインするアカウントであれば、通常のシェルを設定します。"},
    .tells_apart = {"`This account is currently not available.`, exit status 1; sftp fails, too.",
                    "`This account is currently not available.`、終了コード 1。sftp も失敗します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kSessionNologinShell, tell); },
};

}  // namespace reentry
