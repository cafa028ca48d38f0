// network/firewall-drops
#include "base/shown.hpp"
#include "checks/every_check.hpp"
#include "checks/network/firewall_words.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  const std::string port = it.detail("port");
  if (it.raw("phase") == "first") {
    finding.explanation = say("Packets to port {} are dropped by {}.",
                              "{} 番ポートへのパケットは {} により破棄されます。", port, rule_words(it));
  } else {
    finding.explanation =
        say("The first packet to port {} gets through, and what follows is dropped by {}.",
            "{} 番ポートへの最初のパケットは通りますが、その後のパケットが {} により破棄されます。", port,
            rule_words(it));
  }
  add_allow(it, finding);
}

}  // namespace

constinit const Check kNetworkFirewallDrops = {
    .cause = Cause::network_firewall_drops,
    .severity = Severity::blocker,
    .title = {"The host's firewall drops the packets of ssh",
              "ホストのファイアウォールが ssh のパケットを破棄します"},
    .why = {"A rule of the packet filter (nftables, iptables), or the policy of a chain, drops what a client "
            "sends to "
            "sshd's port, or what sshd answers. Nobody is told, so the client waits until it gives up: "
            "`Connection "
            "timed out`. sshd sees nothing and logs nothing. A drop is final whichever table it stands in; "
            "an accept "
            "only ends its own base chain. Flushing the rules (`iptables -F`) keeps a policy of DROP.",
            "パケットフィルター（nftables、iptables）のルールまたはチェーンのポリシーが、sshd "
            "のポートへのパケット、あるいは sshd "
            "からの応答を破棄します。相手には何も知らされないため、クライアントは "
            "`Connection timed out` になるまで待ち続け、sshd のログには何も残りません。drop "
            "はどのテーブルにあっても最終判断ですが、accept "
            "はそのベースチェーンの評価を終えるだけです。`iptables -F` "
            "でルールを消しても、DROP のポリシーは残ります。"},
    .remedy = {"Add one rule that accepts the address and port, by the tool that owns the rules.",
               "ルールを管理しているツールで、その接続元とポートを許可するルールを一つ加えます。"},
    .tells_apart =
        {"Other ports of the same host answer: then the host is up and this port alone is dropped.",
         "同じホストの他のポートが応答するなら、ホストは稼働しており、このポートだけが破棄されています。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kNetworkFirewallDrops, tell); },
};

}  // namespace reentry
