// network/redirected
#include "base/shown.hpp"
#include "checks/every_check.hpp"
#include "checks/network/firewall_words.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation =
      say("Connections to port {} are sent elsewhere by {}.",
          "{} 番ポートへの接続は {} により別の宛先へ送られます。", it.detail("port"), rule_words(it));
  add_advice(finding, "look",
             say("Look at the rules that translate addresses.", "アドレス変換のルールを確認します。"),
             {"nft list ruleset", "iptables -t nat -S PREROUTING"});
}

}  // namespace

constinit const Check kNetworkRedirected = {
    .cause = Cause::network_redirected,
    .severity = Severity::blocker,
    .title = {"A rule sends connections for ssh elsewhere", "ssh への接続が別の宛先へ転送されています"},
    .why = {"A rule of address translation (REDIRECT, DNAT) gives the packets another port or another host "
            "before "
            "sshd's port is looked for. The client then talks to whatever is there: refused, silent, or "
            "another host "
            "key.",
            "アドレス変換のルール（REDIRECT、DNAT）により、パケットは sshd "
            "のポートに届く前に別のポートやホストへ向けられます。クライアントは転送先と通信することになり、"
            "接続拒否やタイムアウト、あるいはホスト鍵の不一致になります。"},
    .remedy = {"Remove or narrow the rule of address translation.",
               "アドレス変換のルールを削除するか、対象を絞ります。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kNetworkRedirected, tell); },
};

}  // namespace reentry
