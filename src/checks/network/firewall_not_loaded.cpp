// network/firewall-not-loaded
#include "base/shown.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation =
      say("{} does not load: {}. The host starts without these rules.",
          "{} は読み込めません: {}。ホストはこのルールなしで起動します。", it.where(), it.detail("message"));
  add_advice(finding, "mend",
             say("Mend the line; the tool checks the file without loading it.",
                 "該当行を直します。ツールは読み込まずにファイルを検査できます。"),
             {"nft -c -f /etc/nftables.conf", "iptables-restore --test < /etc/iptables/rules.v4"});
}

}  // namespace

constinit const Check kNetworkFirewallNotLoaded = {
    .cause = Cause::network_firewall_not_loaded,
    .severity = Severity::notice,
    .title = {"The saved rules of the firewall do not load",
              "保存されたファイアウォールのルールを読み込めません"},
    .why = {"nft and iptables-restore take a file as a whole or not at all. One wrong line, and none of its "
            "rules hold "
            "after the next start: what was closed is open, and rules of address translation that led to ssh "
            "are gone.",
            "nft と iptables-restore "
            "は、ファイル全体を読み込むか、まったく読み込まないかのどちらかです。一行でも誤りがあると、次の起"
            "動後はその"
            "ファイルのルールが一つも有効にならず、閉じていたポートが開き、ssh "
            "へのアドレス変換もなくなります。"},
    .remedy = {"Check the file with nft -c -f or iptables-restore --test and mend the line.",
               "nft -c -f または iptables-restore --test でファイルを検査し、該当行を直します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kNetworkFirewallNotLoaded, tell); },
};

}  // namespace reentry
