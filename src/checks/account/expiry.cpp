#include "checks/account/expiry.hpp"

#include "checks/account_edits.hpp"
#include "checks/remedies.hpp"

namespace reentry {

void add_no_expiry(const SeenCase& it, Finding& finding) {
  const PasswdEntry* user = it.account();
  const ShadowEntry* shadow = user == nullptr ? nullptr : it.input.facts.accounts.shadow_of(user->name);
  constexpr std::size_t kExpiry = 7;
  add_remedy(finding, "extend", Risk::choice,
             say("Remove the account's expiry date.", "アカウントの有効期限を外します。"),
             shadow == nullptr ? Steps{} : set_shadow_field(it.input.facts, *shadow, kExpiry, ""),
             {"chage -E -1 " + shell_word(it.user())});
}

}  // namespace reentry
