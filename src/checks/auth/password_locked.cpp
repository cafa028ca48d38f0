// auth/password-locked
#include <algorithm>

#include "checks/account_edits.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation =
      say("The password of {} is locked or was never set; no password can be right.",
          "{} のパスワードはロックされているか設定されていないため、どのパスワードも通りません。", it.user());
  const PasswdEntry* user = it.account();
  const ShadowEntry* shadow = user == nullptr ? nullptr : it.input.facts.accounts.shadow_of(user->name);
  Steps steps;
  if (shadow != nullptr) {
    const std::string hash = field_of(it.input.facts, "/etc/shadow", shadow->line, 1);
    const std::size_t marks = std::min(hash.find_first_not_of('!'), hash.size());
    if (marks > 0 && hash.size() > marks && hash[marks] == '$')
      steps = set_shadow_field(it.input.facts, *shadow, 1, hash.substr(marks));
  }
  add_advice(finding, "use-key",
             say("Better: authorize a public key for {}.",
                 "より望ましいのは、{} に公開鍵を登録することです。", it.user()),
             {"reentry fix --user " + shell_word(it.user()) + " --key KEY.pub --risk choice"});
  add_remedy(finding, "unlock", Risk::choice,
             say("Unlock the old password.", "以前のパスワードのロックを解除します。"), std::move(steps),
             {"usermod -U " + shell_word(it.user())});
}

}  // namespace

constinit const Check kAuthPasswordLocked = {
    .cause = Cause::auth_password_locked,
    .severity = Severity::blocker,
    .title = {"The account has no usable password", "アカウントのパスワードが使えない状態です"},
    .why = {"A password field in /etc/shadow that begins with `!` is locked (passwd -l, usermod -L), and `*` "
            "never had a password; no input can match either. Keys are not touched by it with UsePAM yes. "
            "Cloud images ship their users this way on purpose.",
            "/etc/shadow のパスワード欄が `!` で始まる場合はロックされており（passwd -l、usermod -L）、`*` "
            "はパスワードが設定されていないことを表します。どちらも一致する入力はありません。UsePAM yes "
            "なら鍵には影響しません。クラウドイメージのユーザーは意図的にこの状態になっています。"},
    .remedy = {"Use a key. Unlock the password only if its owner still knows it.",
               "鍵を使います。本人がパスワードを覚えている場合に限り、ロックを解除します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kAuthPasswordLocked, tell); },
};

}  // namespace reentry
