// account/password-change-required
#include "base/time.hpp"
#include "checks/account_edits.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  const bool forced = it.raw("forced") == "yes";
  finding.explanation =
      forced ? say("{} must set a new password at the next login (chage -d 0).",
                   "{} は次のログインで新しいパスワードを設定する必要があります（chage -d 0）。", it.user())
             : say("The password of {} (changed on {}) is older than its {} days; a session without a "
                   "terminal can't go on.",
                   "{} のパスワード（変更日 {}）は有効日数 {} "
                   "日を過ぎています。端末のないセッションは続行できません。",
                   it.user(), it.detail("changed", "?"), it.detail("max_days", "?"));
  const PasswdEntry* user = it.account();
  const ShadowEntry* shadow = user == nullptr ? nullptr : it.input.facts.accounts.shadow_of(user->name);
  const std::string today = std::to_string(it.input.facts.now / kSecondsPerDay);
  Steps steps;
  if (shadow != nullptr && it.input.facts.now > 0)
    steps = forced ? set_shadow_field(it.input.facts, *shadow, 2, today)
                   : set_shadow_field(it.input.facts, *shadow, 4, "");
  add_remedy(
      finding, "no-ageing", Risk::choice,
      forced ? say("Count the password of {} as changed today.",
                   "{} のパスワードを今日変更したものとして扱います。", it.user())
             : say("Take the maximum age off the password of {}.", "{} のパスワードの有効日数を外します。",
                   it.user()),
      std::move(steps),
      {forced ? "chage -d $(date +%F) " + shell_word(it.user()) : "chage -M -1 " + shell_word(it.user())});
}

}  // namespace

constinit const Check kAccountPasswordChangeRequired = {
    .cause = Cause::account_password_change_required,
    .severity = Severity::blocker,
    .title = {"The password must be changed first", "先にパスワードの変更が必要です"},
    .why =
        {"When a password is older than its maximum age, or an administrator asked for a new one (chage -d "
         "0), PAM demands the change at the login, for keys as well. With a terminal the user is asked; scp, "
         "Ansible and every command without a terminal end with `Password change required but no TTY "
         "available`.",
         "パスワードの有効日数が過ぎた場合や、管理者が変更を求めた場合（chage -d 0）、PAM "
         "は鍵のログインでもパスワードの変更を要求します。端末があれば入力を求められますが、scp や Ansible "
         "など端末のないコマンドは `Password change required but no TTY available` で終わります。"},
    .remedy = {"Change the password, or take the ageing off an account that only uses keys (chage -M -1).",
               "パスワードを変更するか、鍵専用のアカウントから期限を外します（chage -M -1）。"},
    .evaluate =
        [](const CheckInput& input) { return each_seen(input, kAccountPasswordChangeRequired, tell); },
};

}  // namespace reentry
