// service/privsep-user-missing
#include "base/shown.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

// The first free uid of system accounts, from the top as adduser(8) and useradd(8) give them.
std::uint32_t free_system_uid(const AccountFacts& accounts) {
  std::uint32_t uid = 999;
  const auto taken = [&accounts](std::uint32_t id) { return accounts.user_name(id) != std::to_string(id); };
  while (uid > 100 && taken(uid)) --uid;
  return uid;
}
void tell(const SeenCase& it, Finding& finding) {
  const Facts& facts = it.input.facts;
  const std::string& name = facts.ssh.privsep_user;
  finding.explanation = say("/etc/passwd has no account {}, so sshd does not start.",
                            "/etc/passwd に {} のアカウントがないため、sshd は起動しません。", shown(name));
  const std::uint32_t uid = free_system_uid(facts.accounts);
  const GroupEntry* group = facts.accounts.group_named(name);
  const std::uint32_t gid = group != nullptr ? group->gid : 65534;
  const std::string line =
      fmt::format("{}:x:{}:{}::{}:/usr/sbin/nologin", name, uid, gid, facts.ssh.privsep_directory);
  add_remedy(
      finding, "add", Risk::safe,
      say("Add the account {} to /etc/passwd (uid {}, no password, no shell).",
          "アカウント {} を /etc/passwd に追加します（uid {}、パスワードとシェルなし）。", shown(name), uid),
      append_lines(facts, "/etc/passwd", {line}),
      {"useradd -r -M -d " + shell_word(facts.ssh.privsep_directory) + " -s /usr/sbin/nologin " +
       shell_word(shown(name))});
}

Verdict judge_privsep_user(const CheckInput& input) {
  // Where no account can be looked up at all, this one is no fault of its own.
  if (!seen(input, Cause::system_passwd_unreadable).empty() || !seen(input, Cause::system_nsswitch).empty())
    return Fine{};
  return each_seen(input, kServicePrivsepUserMissing, tell);
}

}  // namespace

constinit const Check kServicePrivsepUserMissing = {
    .cause = Cause::service_privsep_user_missing,
    .severity = Severity::blocker,
    .title = {"The account of sshd itself is missing", "sshd 自身のアカウントがありません"},
    .why = {"sshd does its unprivileged work under an account of its own, named sshd. Without it in "
            "/etc/passwd sshd prints `Privilege separation user sshd does not exist` and ends with status "
            "255. Restored or hand-edited passwd files lose it.",
            "sshd は権限を落とす処理を sshd という専用アカウントで行います。/etc/passwd "
            "にこのアカウントがないと `Privilege separation user sshd does not exist` と表示し、ステータス "
            "255 で終了します。passwd を復元したり手で編集したりした際に失われることがあります。"},
    .remedy = {"Add the account again: a system account without password and shell.",
               "パスワードもシェルも持たないシステムアカウントとして追加し直します。"},
    .evaluate = judge_privsep_user,
};

}  // namespace reentry
