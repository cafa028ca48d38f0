// auth/account-locked
#include <algorithm>

#include "checks/account_edits.hpp"
#include "checks/config_edits.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

// `!` alone becomes `*`; in front of a hash the mark goes, since that hash was a password once.
std::string unlocked(std::string_view hash) {
  const std::size_t marks = std::min(hash.find_first_not_of('!'), hash.size());
  return marks == hash.size() ? "*" : std::string(hash.substr(marks));
}

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation =
      say("The password field of {} begins with `!`, and UsePAM is no: sshd takes the account for locked and "
          "refuses keys too.",
          "{} のパスワード欄が `!` で始まり、UsePAM が no のため、sshd "
          "はアカウントがロックされているとみなし、鍵も拒否します。",
          it.user());
  const Facts& facts = it.input.facts;
  const PasswdEntry* user = it.account();
  const ShadowEntry* shadow = user == nullptr ? nullptr : facts.accounts.shadow_of(user->name);
  Steps steps;
  if (shadow != nullptr) {
    const std::string hash = field_of(facts, "/etc/shadow", shadow->line, 1);
    if (!hash.empty() && hash.front() == '!') steps = set_shadow_field(facts, *shadow, 1, unlocked(hash));
  }
  add_remedy(finding, "unlock", Risk::choice,
             say("Take the lock from the account of {}. An account without a password gets `*`: keys work, "
                 "passwords don't.",
                 "{} のロックを外します。パスワードのないアカウントは `*` "
                 "にします（鍵は使え、パスワードは使えません）。",
                 it.user()),
             std::move(steps), {"usermod -p '*' " + shell_word(it.user())});
  add_advice(finding, "use-pam",
             say("Or set UsePAM yes, as every distribution ships it.",
                 "または、各ディストリビューションの標準どおり UsePAM yes にします。"),
             {reload_command(facts)});
}

}  // namespace

constinit const Check kAuthAccountLocked = {
    .cause = Cause::auth_account_locked,
    .severity = Severity::blocker,
    .title = {"A locked password shuts out keys as well",
              "パスワードのロックにより鍵でのログインも拒否されます"},
    .why = {"With UsePAM no sshd itself looks into /etc/shadow: a password field that begins with `!` means "
            "that the account is locked, and keys are refused too. The log says `not allowed because account "
            "is locked`. With UsePAM yes the same field only stops passwords. Cloud images give their users "
            "exactly such a field, so switching UsePAM off locks everybody out at the next login. `*` does "
            "not lock.",
            "UsePAM no の場合、sshd 自身が /etc/shadow を調べ、パスワード欄が `!` "
            "で始まるアカウントをロックされているとみなして、鍵によるログインも拒否します。ログには `not "
            "allowed because account is locked` と記録されます。UsePAM yes "
            "なら、拒否されるのはパスワードだけです。クラウドイメージのユーザーは通常この状態なので、UsePAM "
            "を no にすると次のログインから全員が締め出されます。`*` はロックとはみなされません。"},
    .remedy = {"Switch UsePAM on again, or put `*` in the place of `!`: no password works, but keys do.",
               "UsePAM を yes に戻すか、`!` を `*` に変えます。`*` "
               "ならパスワードは使えないまま、鍵でログインできます。"},
    .tells_apart = {"sshd's log says `account is locked`.", "sshd のログに `account is locked` が現れます。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kAuthAccountLocked, tell); },
};

}  // namespace reentry
