// session/shell-fails
#include "checks/account_edits.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

// The permission that the user lacks, given to everybody: programs and libraries are nobody's secret.
void add_permission(const SeenCase& it, Finding& finding) {
  const auto node = seen_node(it);
  if (!node || is_shared_directory(*node)) return;
  const bool library = it.raw("why") == "library unreadable" && it.raw("type") != "directory";
  const std::uint32_t mode = node->mode | (library ? 0444U : 0111U);
  add_remedy(finding, "permit", Risk::choice,
             library
                 ? say("Let everybody read {} ({}).", "{} を全員が読めるようにします（{}）。", it.path(),
                       octal(mode))
                 : say("Let everybody pass {} ({}).",
                       "{} の実行（ディレクトリでは通過）を全員に許可します（{}）。", it.path(), octal(mode)),
             set_mode(*node, mode), {"chmod " + octal(mode) + " " + shell_word(it.path())});
}

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation =
      say("The shell {} of {} can't be started: {} is {}.", "{1} のシェル {0} を起動できません（{2}: {3}）。",
          it.detail("shell", "?"), it.user(), it.path(), it.detail("why", "broken"));
  add_permission(it, finding);
  const PasswdEntry* user = it.account();
  const std::string other = present_shell(it.input.facts, user);
  const std::string named = other.empty() ? "/bin/sh" : other;
  add_remedy(finding, "change", Risk::choice,
             say("Restore what lacks, or give {} the shell {}.",
                 "足りないものを復元するか、{} のシェルを {} に変更します。", it.user(), named),
             other.empty() ? Steps{} : set_passwd_field(it.input.facts, *user, 6, other),
             {"ls -l " + shell_word(it.path()), "usermod -s " + named + " " + shell_word(it.user())});
}

}  // namespace

constinit const Check kSessionShellFails = {
    .cause = Cause::session_shell_fails,
    .severity = Severity::blocker,
    .title = {"The login shell does not start", "ログインシェルが起動しません"},
    .why = {"sshd only tests that the shell exists and has an execute bit. Whether it runs shows in the "
            "session: a script whose interpreter is missing, a program for another processor, one that "
            "this user may not execute or one that lacks a library ends with `No such file or directory` or "
            "`Exec format error` right "
            "after the login.",
            "sshd "
            "が確認するのは、シェルが存在し実行権があることだけです。実際に動くかどうかはセッションで分かりま"
            "す。インタープリターのないスクリプト、別の CPU "
            "向けのプログラム、本人に実行権のないプログラム、必要なライブラリのないプログラムは、ログイン直後"
            "に `No such file or directory` や "
            "`Exec format error` で終わります。"},
    .remedy = {"Give the account a shell that runs, or restore what it needs.",
               "動作するシェルに変更するか、必要なものを復元します。"},
    .tells_apart =
        {"The exit status is 126, 127 or the shell's own, and a subsystem such as internal-sftp may still "
         "work.",
         "終了コードが 126、127 またはシェル自身のもので、internal-sftp などは使える場合があります。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kSessionShellFails, tell); },
};

}  // namespace reentry
