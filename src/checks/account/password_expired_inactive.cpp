// account/password-expired-inactive
#include "checks/account_edits.hpp"
#include "checks/clock_words.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation =
      say("The password of {} was changed on {} and lasts {} days plus {}; the account is refused, keys "
          "included.",
          "{} のパスワードは {} に変更され、有効日数 {} 日と猶予 {} 日を過ぎました。鍵でも拒否されます。",
          it.user(), it.detail("changed", "?"), it.detail("max_days", "?"), it.detail("inactive_days", "?"));
  add_whose_clock(it, finding);
  const PasswdEntry* user = it.account();
  const ShadowEntry* shadow = user == nullptr ? nullptr : it.input.facts.accounts.shadow_of(user->name);
  add_remedy(
      finding, "no-ageing", Risk::choice,
      say("Take the maximum age off the password of {}.", "{} のパスワードの有効日数を外します。", it.user()),
      shadow == nullptr ? Steps{} : set_shadow_field(it.input.facts, *shadow, 4, ""),
      {"chage -M -1 -I -1 " + shell_word(it.user())});
}

}  // namespace

constinit const Check kAccountPasswordExpiredInactive = {
    .cause = Cause::account_password_expired_inactive,
    .severity = Severity::blocker,
    .title = {"The password expired too long ago", "パスワードの期限切れから猶予期間も過ぎています"},
    .why =
        {"When a password is older than its maximum age plus the inactivity days, pam_unix refuses the "
         "account as a whole, keys included, and does not offer to change the password any more. Hardening "
         "profiles set both on accounts that only ever used keys, and weeks later those are shut out.",
         "パスワードの経過日数が有効日数と猶予日数の合計を超えると、pam_unix "
         "はアカウント自体を、鍵も含めて拒否します。パスワードの変更も求められません。セキュリティ強化の設定"
         "が鍵専用のアカウントにも適用され、数週間後に締め出されることがあります。"},
    .remedy =
        {"Set a new password, or take the ageing off an account that only uses keys (chage -M -1 -I -1).",
         "新しいパスワードを設定するか、鍵専用のアカウントから期限を外します（chage -M -1 -I -1）。"},
    .evaluate =
        [](const CheckInput& input) { return each_seen(input, kAccountPasswordExpiredInactive, tell); },
};

}  // namespace reentry
