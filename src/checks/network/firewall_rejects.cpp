// network/firewall-rejects
#include "base/shown.hpp"
#include "checks/every_check.hpp"
#include "checks/network/firewall_words.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation =
      say("Packets to port {} are rejected by {}. The client sees `{}`.",
          "{} 番ポートへのパケットは {} により拒否されます。クライアントには `{}` と表示されます。",
          it.detail("port"), rule_words(it), client_words(it));
  add_allow(it, finding);
}

}  // namespace

constinit const Check kNetworkFirewallRejects = {
    .cause = Cause::network_firewall_rejects,
    .severity = Severity::blocker,
    .title = {"The host's firewall rejects the packets of ssh",
              "ホストのファイアウォールが ssh のパケットを拒否します"},
    .why = {"A rule of the packet filter answers in sshd's stead. How it does decides what the client sees: "
            "a reset or "
            "port-unreachable looks like no sshd at all (`Connection refused`), host- or admin-prohibited "
            "reads `No "
            "route to host` although the host answers pings, net-unreachable reads `Network is unreachable`, "
            "and "
            "admin-prohibited over IPv6 reads `Permission denied`. firewalld rejects what no zone allows.",
            "パケットフィルターのルールが sshd "
            "の代わりに応答しています。応答の種類でクライアントの表示が変わります。reset "
            "や port-unreachable では sshd がいないときと同じ `Connection refused`、host-prohibited や "
            "admin-prohibited では ping が通っても `No route to host`、net-unreachable では `Network is "
            "unreachable`、IPv6 の admin-prohibited では `Permission denied` になります。firewalld "
            "はゾーンが許可しないパケットを拒否します。"},
    .remedy = {"Add one rule that accepts the address and port, by the tool that owns the rules.",
               "ルールを管理しているツールで、その接続元とポートを許可するルールを一つ加えます。"},
    .tells_apart = {"A reject by ICMP, or a refusal while `ss -ltn` on the server shows the listener, is a "
                    "packet filter's.",
                    "ICMP による拒否、またはサーバーの `ss -ltn` "
                    "に待ち受けがあるのに拒否される場合は、パケットフィルターです。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kNetworkFirewallRejects, tell); },
};

}  // namespace reentry
