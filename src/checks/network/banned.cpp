// network/banned
#include "base/shown.hpp"
#include "base/time.hpp"
#include "checks/every_check.hpp"
#include "checks/network/firewall_words.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"
#include "facts/fail2ban.hpp"

namespace reentry {
namespace {

void unban(const SeenCase& it, const std::string& from, Finding& finding) {
  const std::string jail(it.raw("jail").empty() ? "sshd" : it.raw("jail"));
  const Text text = say("Lift this one ban: jail {}, address {}.",
                        "この BAN だけを解除します: jail {}、アドレス {}。", shown(jail), shown(from));
  Steps steps;
  if (it.input.facts.target.kind == TargetKind::live && it.raw("saved").empty()) {
    steps.push_back(RunTool{
        HostPath("/usr/bin/fail2ban-client"), {"set", jail, "unbanip", from}, {"set", jail, "banip", from}});
  }
  add_remedy(finding, "unban", Risk::choice, text, std::move(steps),
             {"fail2ban-client set " + shell_word(shown(jail)) + " unbanip " + shell_word(from)});
}

// The ban of the database that keeps this login out at the next start, or nullptr.
const FirewallFacts::Ban* restored_ban(const SeenCase& it) {
  if (it.raw("tool") != "fail2ban") return nullptr;
  const std::optional<std::string>& from = it.seen.traces.front()->question.from;
  const auto address = from ? parse_address(*from) : std::nullopt;
  if (!address) return nullptr;
  for (const FirewallFacts::Ban& ban : it.input.facts.firewall.bans) {
    const bool meets = ban.family == address->family && ban.network.has(point(address->bits));
    if (meets && ban.jail == it.raw("jail")) return &ban;
  }
  return nullptr;
}

// On a host that runs the database is fail2ban's own, running or not; on a disk the one entry is taken out of
// it.
void forget(const SeenCase& it, const FirewallFacts::Ban& ban, Finding& finding) {
  const Facts& facts = it.input.facts;
  const std::string& file = facts.firewall.ban_file;
  const bool live = facts.target.kind == TargetKind::live;
  if (live && facts.firewall.ban_tool_runs) {
    unban(it, ban.address, finding);
    return;
  }
  if (live) {
    add_advice(finding, "unban",
               say("Start fail2ban and lift this one ban at once.",
                   "fail2ban を起動し、直ちにこの BAN だけを解除します。"),
               {"systemctl start fail2ban", "fail2ban-client set " + shell_word(shown(ban.jail)) +
                                                " unbanip " + shell_word(shown(ban.address))});
    return;
  }
  Steps steps;
  if (const auto before = bytes_of(facts, file)) {
    if (const auto after = without_ban(*before, ban.jail, ban.address))
      steps = edit_file(facts, file, *after);
  }
  const std::string statement =
      "DELETE FROM bips WHERE jail = '" + ban.jail + "' AND ip = '" + ban.address + "'";
  add_remedy(finding, "forget", Risk::choice,
             say("Take this one ban out of fail2ban's database: jail {}, address {}.",
                 "fail2ban のデータベースからこの BAN だけを取り除きます: jail {}、アドレス {}。",
                 shown(ban.jail), shown(ban.address)),
             std::move(steps), {"sqlite3 " + shell_word(shown(file)) + " " + shell_word(shown(statement))});
}

void tell_restored(const SeenCase& it, const FirewallFacts::Ban& ban, Finding& finding) {
  const Text until =
      ban.until < 0 ? say("for ever", "無期限") : say("until {}", "{} まで", utc_timestamp(ban.until));
  finding.explanation = {
      fmt::format(
          "fail2ban's database {} holds a ban of {} by the jail {}, {}. fail2ban puts it in place again when "
          "it starts; the client then sees `{}`.",
          it.where(), shown(ban.address), shown(ban.jail), until.en, client_words(it)),
      fmt::format("fail2ban のデータベース {} に、jail {} による {} の BAN（{}）が残っています。fail2ban "
                  "は起動時にこれを再び適用し、クライアントには `{}` と表示されます。",
                  it.where(), shown(ban.jail), shown(ban.address), until.ja, client_words(it))};
  forget(it, ban, finding);
}

void tell(const SeenCase& it, Finding& finding) {
  if (const FirewallFacts::Ban* ban = restored_ban(it)) {
    tell_restored(it, *ban, finding);
    return;
  }
  const std::string from = asked_source(it);
  const std::string owner = it.detail("owner");
  finding.explanation =
      say("{} has banned {}: {}. The client sees `{}`; other addresses get through.",
          "{} が {} を BAN しています: {}。クライアントには `{}` と表示され、他のアドレスは通ります。", owner,
          from.empty() ? "*" : shown(from), rule_words(it), client_words(it));
  if (owner == "fail2ban" && !from.empty()) {
    unban(it, from, finding);
    return;
  }
  const std::string who = from.empty() ? "ADDRESS" : from;
  std::string command = "nft list ruleset";
  if (owner == "crowdsec") command = "cscli decisions delete --ip " + shell_word(who);
  if (owner == "csf") command = "csf -dr " + shell_word(who);
  add_advice(finding, "unban",
             say("Lift the ban with the tool that made it.", "BAN したツールで解除します。"), {command});
}

}  // namespace

constinit const Check kNetworkBanned = {
    .cause = Cause::network_banned,
    .severity = Severity::blocker,
    .title = {"The client's address is banned", "接続元アドレスが BAN されています"},
    .why =
        {"fail2ban, sshguard, CrowdSec or CSF put an address into the packet filter after failed logins, "
         "also after "
         "an agent has offered too many keys or a script has used an old password. Everybody behind the same "
         "address is kept out with it. fail2ban rejects by default, which reads `Connection refused` as if "
         "sshd were "
         "down; its database keeps bans over a restart, and the jail recidive keeps them for a week.",
         "fail2ban、sshguard、CrowdSec、CSF "
         "は、ログインに何度か失敗したアドレスをパケットフィルターに加えます。ssh-agent "
         "が多くの鍵を提示した場合や、スクリプトが古いパスワードを使った場合も同じで、同じアドレスを共有する"
         "全員が締め出されます。"
         "fail2ban は既定で拒否応答を返すため、sshd が停止しているときと同じ `Connection refused` "
         "になります。BAN はデータベースに残って再起動後も有効で、jail recidive では一週間続きます。"},
    .remedy = {"Lift this one ban (fail2ban-client set JAIL unbanip ADDRESS) and end what caused it.",
               "その BAN だけを解除し（fail2ban-client set JAIL unbanip ADDRESS）、原因を取り除きます。"},
    .tells_apart = {"From another address (a phone's network) it works: then yours is banned.",
                    "別の回線（携帯など）から接続できるなら、自分のアドレスが禁止されています。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kNetworkBanned, tell); },
};

}  // namespace reentry
