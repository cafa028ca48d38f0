// auth/deny-groups
#include <fmt/format.h>

#include "checks/config_edits.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = {fmt::format("{}: the entry `{}` of DenyGroups matches a group of {}.", it.where(),
                                     it.detail("pattern", "?"), it.users().en),
                         fmt::format("{} の DenyGroups の項目 `{}` が {} のグループに一致します。",
                                     it.where(), it.detail("pattern", "?"), it.users().ja)};
  add_remedy(finding, "remove-entry", Risk::choice,
             say("Take `{}` out of DenyGroups. The other members of that group get in as well.",
                 "DenyGroups から `{}` を外します。そのグループのほかのメンバーも許可されます。",
                 it.detail("pattern", "?")),
             remove_word(it, it.raw("pattern")), {edit_command(it), reload_command(it.input.facts)});
}

}  // namespace

constinit const Check kAuthDenyGroups = {
    .cause = Cause::auth_deny_groups,
    .severity = Severity::blocker,
    .title = {"DenyGroups names a group of the user", "DenyGroups にユーザーのグループが該当しています"},
    .why = {"Everybody who is in a group that DenyGroups names is refused before any key or password is "
            "looked at; primary and supplementary groups both count. The log says `a group is listed in "
            "DenyGroups`. Deny beats allow.",
            "DenyGroups "
            "に挙げられたグループに属するユーザーは、鍵やパスワードを調べる前に拒否されます。主グループも補助"
            "グループも対象です。ログには `a group is listed in DenyGroups` "
            "と記録されます。拒否は許可より優先されます。"},
    .remedy = {"Take the group off the list, or the user out of the group.",
               "リストからグループを外すか、ユーザーをグループから外します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kAuthDenyGroups, tell); },
};

}  // namespace reentry
