// account/listfile
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  const bool deny = it.raw("sense") == "deny";
  finding.explanation =
      deny ? say("{} names {}, and pam_listfile refuses whom it names.",
                 "{} に {} の名前があり、pam_listfile が拒否します。", it.path(), it.user())
           : say("{} does not name {}, and pam_listfile lets in only whom it names ({}).",
                 "{} に {} の名前がなく、pam_listfile は名前のあるユーザーだけを許可します（{}）。",
                 it.path(), it.user(), it.detail("why", "not listed"));
  const PasswdEntry* user = it.account();
  Steps steps;
  if (user != nullptr && it.raw("item") == "user") {
    const auto node = seen_node(it);
    if (it.raw("why") == "world-writable" && node)
      steps = set_mode(*node, node->mode & ~0002U);
    else if (!deny)
      steps = append_lines(it.input.facts, it.at.path, {user->name});
    else if (it.at.line != 0)
      steps = replace_line(it.input.facts, it.at.path, it.at.line, {});
  }
  add_remedy(finding, "list", Risk::choice,
             deny ? say("Take {} off the list.", "リストから {} を外します。", it.user())
                  : say("Put {} on the list.", "リストに {} を追加します。", it.user()),
             std::move(steps), {"vi " + shell_word(it.path())});
}

}  // namespace

constinit const Check kAccountListfile = {
    .cause = Cause::account_listfile,
    .severity = Severity::blocker,
    .title = {"A list of pam_listfile refuses the user", "pam_listfile のリストがユーザーを拒否します"},
    .why = {"pam_listfile lets in who stands in a file (sense=allow), or keeps out who stands in it "
            "(sense=deny), for keys too. With onerr=fail a missing or world-writable file refuses everybody.",
            "pam_listfile "
            "は、ファイルに名前のあるユーザーだけを許可（sense=allow）、または拒否（sense="
            "deny）します。鍵でも同じです。onerr=fail "
            "の場合、ファイルがない、または誰でも書き込める状態だと全員が拒否されます。"},
    .remedy = {"Add the user to the list, or take the user off it.",
               "リストにユーザーを追加するか、リストから外します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kAccountListfile, tell); },
};

}  // namespace reentry
