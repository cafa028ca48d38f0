// auth/root-forced-commands-only
#include "checks/config_edits.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation =
      say("PermitRootLogin forced-commands-only ({}) and root's key line has no command=.",
          "PermitRootLogin forced-commands-only（{}）ですが、root の鍵の行に command= がありません。",
          it.where());
  add_advice(finding, "sudo",
             say("Log in as another user and become root there.",
                 "別のユーザーでログインし、そこで root になります。"),
             {"ssh USER@HOST", "sudo -i"});
  const auto& from = it.seen.traces.front()->question.from;
  add_remedy(
      finding, "one-address", Risk::choice,
      say("Let root in by any of its keys, only from {}.",
          "{} からだけ、鍵による root のログインを許可します。", from ? *from : std::string("ADDRESS")),
      allow_for_user(it, {"PermitRootLogin prohibit-password"}, true),
      {edit_command(it), reload_command(it.input.facts)});
}

}  // namespace

constinit const Check kAuthRootForcedCommandsOnly = {
    .cause = Cause::auth_root_forced_commands_only,
    .severity = Severity::blocker,
    .title = {"root may only run forced commands", "root は強制コマンド付きの鍵でしかログインできません"},
    .why = {"With PermitRootLogin forced-commands-only root gets in only by a key whose line has command=. "
            "Any other key is accepted by the key test and then refused for root, which looks like a plain "
            "`Permission denied`.",
            "PermitRootLogin forced-commands-only の場合、root は command= "
            "の付いた鍵でしかログインできません。それ以外の鍵は照合に成功しても root "
            "として拒否され、クライアントには `Permission denied` としか表示されません。"},
    .remedy = {"Use another account, or give the key its command=.",
               "別のアカウントを使うか、鍵の行に command= を付けます。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kAuthRootForcedCommandsOnly, tell); },
};

}  // namespace reentry
