// account/shadow-entry-missing
#include "base/shown.hpp"
#include "base/time.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation =
      say("{} stands in /etc/passwd but not in /etc/shadow ({}), so PAM refuses the account.",
          "{} は /etc/passwd にありますが /etc/shadow にはなく（{}）、PAM がアカウントを拒否します。",
          it.user(), it.detail("why", "missing"));
  const PasswdEntry* user = it.account();
  const std::string day = std::to_string(it.input.facts.now / kSecondsPerDay);
  // `*` opens nothing: no password matches it, and it locks nobody who comes with a key.
  const bool plain = user != nullptr && it.raw("why").empty();
  const Steps steps =
      plain && it.input.facts.now > 0
          ? append_lines(it.input.facts, "/etc/shadow", {user->name + ":*:" + day + ":0:99999:7:::"})
          : Steps{};
  add_remedy(finding, "add", Risk::safe,
             say("Add a line for {} without a password.", "{} の行をパスワードなしで追加します。", it.user()),
             steps, {"pwconv"});
}

}  // namespace

constinit const Check kAccountShadowEntryMissing = {
    .cause = Cause::account_shadow_missing,
    .severity = Severity::blocker,
    .title = {"The account has no line in /etc/shadow", "/etc/shadow にアカウントの行がありません"},
    .why = {"With `x` in /etc/passwd the account's state is looked up in /etc/shadow. When its line is not "
            "there pam_unix can't tell whether the account is valid and refuses it, keys included "
            "(`Authentication service cannot retrieve authentication info`).",
            "/etc/passwd が `x` の場合、アカウントの状態は /etc/shadow で調べられます。行がないと pam_unix "
            "は有効かどうか判断できず、鍵でも拒否します（`Authentication service cannot retrieve "
            "authentication info`）。"},
    .remedy = {"Add a line that holds no password (pwconv does it), then set a password if one is wanted.",
               "パスワードのない行を追加し（pwconv で作成できます）、必要ならパスワードを設定します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kAccountShadowEntryMissing, tell); },
};

}  // namespace reentry
