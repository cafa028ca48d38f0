// network/banned
#include "base/shown.hpp"
#include "checks/every_check.hpp"
#include "checks/network/firewall_words.hpp"
#include "checks/seen_case.hpp"

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

void tell(const SeenCase& it, Finding& finding) {
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
    .evaluate = [](const CheckInput& input) { return each_seen(input, kNetworkBanned, tell); },
};

}  // namespace reentry
