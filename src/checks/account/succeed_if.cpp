// account/succeed-if
#include "checks/account/pam_lines.hpp"
#include "checks/account_edits.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say("{}: {} does not meet `{}`.", "{}: {} は条件 `{}` を満たしていません。",
                            it.where(), it.user(), it.detail("condition", "?"));
  constexpr std::string_view kInGroup = "user ingroup ";
  const std::string_view condition = it.raw("condition");
  const PasswdEntry* user = it.account();
  const std::string_view group = condition.substr(0, kInGroup.size()) == kInGroup
                                     ? condition.substr(kInGroup.size())
                                     : std::string_view();
  Steps steps = user == nullptr || group.empty() ? Steps{} : join_group(it.input.facts, group, user->name);
  if (!steps.empty()) {
    add_remedy(finding, "join", Risk::choice,
               say("Make {} a member of {}.", "{} をグループ {} に加えます。", it.user(), std::string(group)),
               std::move(steps), {"usermod -aG " + shell_word(group) + " " + shell_word(it.user())});
    return;
  }
  add_remedy(finding, "drop", Risk::choice,
             say("Comment the line out. Its condition then holds for nobody.",
                 "この行をコメントにします。条件は誰にも適用されなくなります。"),
             drop_pam_line(it, "reentry: refused by its condition"), {edit_line_command(it)});
}

}  // namespace

constinit const Check kAccountSucceedIf = {
    .cause = Cause::account_succeed_if,
    .severity = Severity::blocker,
    .title = {"A condition of pam_succeed_if is not met", "pam_succeed_if の条件を満たしていません"},
    .why = {"pam_succeed_if tests a condition such as `user ingroup ssh-users` or `uid >= 1000`. On a "
            "required line of the account stack it refuses everybody who does not meet it, keys included.",
            "pam_succeed_if は `user ingroup ssh-users` や `uid >= 1000` のような条件を調べます。account "
            "スタックの required の行では、満たさないユーザーが鍵も含めて拒否されます。"},
    .remedy = {"Make the user meet the condition (mostly: join the group), or take the line out.",
               "ユーザーが条件を満たすようにする（多くはグループに加える）か、その行を外します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kAccountSucceedIf, tell); },
};

}  // namespace reentry
