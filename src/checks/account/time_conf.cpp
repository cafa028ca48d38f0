// account/time-conf
#include "base/shown.hpp"
#include "checks/account/pam_lines.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation =
      say("{}: `{}` does not allow {} in now.", "{}: `{}` により、{} は今はログインできません。", it.where(),
          shown(it.at.text), it.user());
  add_remedy(finding, "drop", Risk::choice, say("Comment the rule out.", "この規則をコメントにします。"),
             it.at.line == 0 ? Steps{}
                             : comment_out(it.input.facts, it.at.path, it.at.line, it.at.line,
                                           "reentry: allowed no login now"),
             {edit_line_command(it)});
}

}  // namespace

constinit const Check kAccountTimeConf = {
    .cause = Cause::account_time_conf,
    .severity = Severity::blocker,
    .title = {"time.conf allows no login at this time", "time.conf により、この時間帯はログインできません"},
    .why = {"pam_time holds the clock against /etc/security/time.conf; outside of the times that a matching "
            "rule names it refuses, for keys too. A `!` turns a rule around.",
            "pam_time は現在時刻を /etc/security/time.conf "
            "と照合し、該当する規則の時間帯以外は鍵でも拒否します。`!` は規則を反転します。"},
    .remedy = {"Change the rule, or wait until the time that it allows.",
               "規則を変更するか、許可された時間帯まで待ちます。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kAccountTimeConf, tell); },
};

}  // namespace reentry
