// auth/shell-not-executable
#include "checks/account_edits.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  const auto node = seen_node(it);
  finding.explanation =
      say("The shell of {} ({}) has mode {}: sshd refuses the user before any key is looked at.",
          "{} のシェル（{}）の権限は {} です。sshd は鍵を調べる前にこのユーザーを拒否します。", it.user(),
          it.path(), it.detail("mode", "?"));
  if (it.raw("regular") == "no") {
    const PasswdEntry* user = it.account();
    const std::string other = present_shell(it.input.facts, user);
    const std::string named = other.empty() ? "/bin/sh" : other;
    add_remedy(
        finding, "replace", Risk::choice,
        say("Give {} the shell {}: what is named now is no regular file.",
            "{} のシェルを {} に変更します。現在のシェルは通常のファイルではありません。", it.user(), named),
        other.empty() ? Steps{} : set_passwd_field(it.input.facts, *user, 6, other),
        {"usermod -s " + named + " " + shell_word(it.user())});
    return;
  }
  add_remedy(finding, "executable", Risk::safe,
             say("Make {} executable (0755).", "{} を実行可能にします（0755）。", it.path()),
             node ? set_mode(*node, (node->mode & ~0022U) | 0555U | 0200U) : Steps{},
             {"chmod 755 " + shell_word(it.path())});
}

}  // namespace

constinit const Check kAuthShellNotExecutable = {
    .cause = Cause::auth_shell_not_executable,
    .severity = Severity::blocker,
    .title = {"The login shell can't be executed", "ログインシェルを実行できません"},
    .why = {"sshd tests before any authentication that the shell is a regular file with at least one execute "
            "bit, and treats the user as invalid otherwise (`not allowed because shell S is not "
            "executable`). That /usr/sbin/nologin is the shell is another matter: it passes this test and "
            "ends the session later.",
            "sshd "
            "は認証の前に、シェルが通常のファイルで、実行権が一つ以上あることを確認します。満たさない場合はユ"
            "ーザー自体が無効とみなされます（`not allowed because shell S is not executable`）。シェルが "
            "/usr/sbin/nologin の場合はこの検査を通り、後でセッションが終了するため、別の問題です。"},
    .remedy = {"Give the execute bits back (chmod 755); where the name is no regular file, give the account "
               "another shell.",
               "実行権を付け直します（chmod 755）。通常のファイルでない場合は、別のシェルに変更します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kAuthShellNotExecutable, tell); },
};

}  // namespace reentry
