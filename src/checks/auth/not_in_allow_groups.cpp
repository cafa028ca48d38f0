// auth/not-in-allow-groups
#include <fmt/format.h>

#include "checks/account_edits.hpp"
#include "checks/config_edits.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

// The first group of the list that exists and that gives no administrator's rights; else the first that
// exists.
std::string group_to_join(const Facts& facts, std::string_view patterns) {
  std::string privileged;
  for (const std::string& pattern : words_of(patterns)) {
    if (facts.accounts.group_named(pattern) == nullptr) continue;
    const bool admin = pattern == "sudo" || pattern == "wheel" || pattern == "admin" || pattern == "root";
    if (!admin) return pattern;
    if (privileged.empty()) privileged = pattern;
  }
  return privileged;
}

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = {
      fmt::format("{}: AllowGroups is `{}`; {} is in none of them ({}).", it.where(),
                  it.detail("patterns", "?"), it.users().en, it.detail("groups", "no groups")),
      fmt::format("{} の AllowGroups は `{}` ですが、{} はどれにも属していません（所属: {}）。", it.where(),
                  it.detail("patterns", "?"), it.users().ja, it.detail("groups", "なし"))};
  const PasswdEntry* user = it.account();
  const bool one = finding.users.size() == 1 && user != nullptr;
  const std::string group = group_to_join(it.input.facts, it.raw("patterns"));
  // Membership of an administrators' group gives more than a login; the list is then the smaller change.
  const bool grants_rights = group == "sudo" || group == "wheel" || group == "admin" || group == "root";
  const std::string own = one ? it.input.facts.accounts.group_name(user->gid) : std::string();
  const bool own_group = one && own == user->name;
  if (one && grants_rights && own_group) {
    add_remedy(finding, "allow-group", Risk::choice,
               say("Add the group {} of {} to AllowGroups.",
                   "{1} のグループ {0} を AllowGroups に追加します。", own, it.user()),
               add_word(it, own), {edit_command(it), reload_command(it.input.facts)});
    return;
  }
  add_remedy(finding, "join", Risk::choice,
             say("Make {} a member of {}.", "{} をグループ {} に加えます。", it.user(),
                 group.empty() ? "one of these groups" : group),
             one && !group.empty() ? join_group(it.input.facts, group, user->name) : Steps{},
             {"usermod -aG " + (group.empty() ? std::string("GROUP") : shell_word(group)) + " " +
              shell_word(it.user())});
}

}  // namespace

constinit const Check kAuthNotInAllowGroups = {
    .cause = Cause::auth_not_in_allow_groups,
    .severity = Severity::blocker,
    .title = {"AllowGroups names no group of the user", "AllowGroups にユーザーのグループが含まれていません"},
    .why =
        {"With AllowGroups set, a user must be in at least one of the groups that it names; the log says "
         "`none of user's groups are listed in AllowGroups`. The names come from /etc/group (or the "
         "directory service) at the moment of the login. Rights in sudoers alone are no membership, and when "
         "AllowUsers is set as well both must be met.",
         "AllowGroups "
         "が設定されている場合、ユーザーは挙げられたグループの少なくとも一つに属している必要があります。ログ"
         "には `none of user's groups are listed in AllowGroups` と記録されます。グループはログイン時点の "
         "/etc/group（またはディレクトリサービス）で判断されます。sudoers "
         "に書かれているだけではグループに属していることにならず、AllowUsers "
         "も設定されている場合は両方を満たす必要があります。"},
    .remedy = {"Make the user a member of one of the groups, or add one of the user's groups to the list.",
               "ユーザーをいずれかのグループに加えるか、ユーザーのグループをリストに追加します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kAuthNotInAllowGroups, tell); },
};

}  // namespace reentry
