// auth/max-auth-tries
#include "base/shown.hpp"
#include "checks/config_edits.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation =
      say("{}: `{}` ends every login before it can succeed.",
          "{} の `{}` により、どのログインも成功する前に切断されます。", it.where(), shown(it.at.text));
  add_remedy(finding, "default", Risk::choice,
             say("Comment the line out; 6 is the default.", "この行をコメントにします（既定値は 6 です）。"),
             drop_line(it, "reentry: left no attempt"), {edit_command(it), reload_command(it.input.facts)});
}

}  // namespace

constinit const Check kAuthMaxAuthTries = {
    .cause = Cause::auth_max_tries_zero,
    .severity = Severity::blocker,
    .title = {"MaxAuthTries leaves no attempt", "MaxAuthTries により一度も試行できません"},
    .why = {"Each refused key or password counts as one failure, and at MaxAuthTries sshd disconnects with "
            "`Too many authentication failures`. A value of 0 ends the connection before anything can "
            "succeed. 1 still works when the right key is offered first.",
            "拒否された鍵やパスワードはそれぞれ 1 回の失敗と数えられ、MaxAuthTries に達すると `Too many "
            "authentication failures` で切断されます。0 では何も成功しないうちに接続が終わります。1 "
            "でも、正しい鍵を最初に提示すればログインできます。"},
    .remedy = {"Use the default of 6.", "既定値の 6 に戻します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kAuthMaxAuthTries, tell); },
};

}  // namespace reentry
