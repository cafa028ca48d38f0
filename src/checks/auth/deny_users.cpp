// auth/deny-users
#include <fmt/format.h>

#include "checks/config_edits.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = {fmt::format("{}: the entry `{}` of DenyUsers matches {}.", it.where(),
                                     it.detail("pattern", "?"), it.users().en),
                         fmt::format("{} の DenyUsers の項目 `{}` が {} に一致します。", it.where(),
                                     it.detail("pattern", "?"), it.users().ja)};
  add_remedy(finding, "remove-entry", Risk::choice,
             say("Take `{}` out of DenyUsers. Everybody else whom it shut out gets in as well.",
                 "DenyUsers から `{}` を外します。この項目で拒否されていたほかのユーザーも許可されます。",
                 it.detail("pattern", "?")),
             remove_word(it, it.raw("pattern")), {edit_command(it), reload_command(it.input.facts)});
}

}  // namespace

constinit const Check kAuthDenyUsers = {
    .cause = Cause::auth_deny_users,
    .severity = Severity::blocker,
    .title = {"DenyUsers names the user", "DenyUsers に該当しています"},
    .why =
        {"A user who matches an entry of DenyUsers is refused before any key or password is looked at, even "
         "when AllowUsers names the same user. The log says `not allowed because listed in DenyUsers`. An "
         "entry is USER or USER@HOST with `*` and `?`; `*` alone shuts out everybody, root included.",
         "DenyUsers の項目に一致したユーザーは、鍵やパスワードを調べる前に拒否されます。AllowUsers "
         "に同じユーザーがあっても DenyUsers が優先されます。ログには `not allowed because listed in "
         "DenyUsers` と記録されます。項目は USER または USER@HOST の形で、`*` と `?` が使えます。`*` "
         "だけを書くと root を含む全員が締め出されます。"},
    .remedy = {"Take the entry out if the user should get in.",
               "このユーザーを許可するのであれば、該当する項目を外します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kAuthDenyUsers, tell); },
};

}  // namespace reentry
