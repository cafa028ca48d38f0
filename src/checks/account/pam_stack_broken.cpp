// account/pam-stack-broken
#include "base/shown.hpp"
#include "checks/account/pam_lines.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say("{}: libpam can't use `{}` ({}).", "{}: libpam は `{}` を解釈できません（{}）。",
                            it.where(), shown(it.at.text), it.detail("fault", "syntax"));
  Steps steps = correct_pam_line(it);
  if (!steps.empty()) {
    add_remedy(finding, "correct", Risk::choice,
               say("Correct the misspelt word.", "綴りの誤りを修正します。"), std::move(steps),
               {edit_line_command(it)});
  } else {
    add_remedy(finding, "drop", Risk::choice,
               say("Comment the line out. What it was to enforce is then not enforced.",
                   "この行をコメントにします。この行による制限は行われなくなります。"),
               drop_pam_line(it, "reentry: libpam can't use this line"), {edit_line_command(it)});
  }
}

}  // namespace

constinit const Check kAccountPamStackBroken = {
    .cause = Cause::account_pam_stack_broken,
    .severity = Severity::blocker,
    .title = {"libpam can't use a line of its configuration", "libpam が PAM 設定の行を解釈できません"},
    .why = {"A line with a misspelt type or control word, or an include of a file that is not there, becomes "
            "an entry that always fails. libpam logs `illegal module type` or `pam_parse: expecting …`, and "
            "every login that walks this stack is refused, keys included.",
            "種別や制御の語の綴りが誤っている行や、存在しないファイルの include "
            "は、常に失敗するエントリーとして扱われます。libpam は `illegal module type` や `pam_parse: "
            "expecting …` と記録し、このスタックを通るすべてのログインが、鍵を含めて拒否されます。"},
    .remedy = {"Correct the line, or restore the file that it includes.",
               "行を修正するか、include されているファイルを復元します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kAccountPamStackBroken, tell); },
};

}  // namespace reentry
