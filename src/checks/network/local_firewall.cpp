// network/local-firewall
#include "base/shown.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say("{}: {}, said by this machine's own kernel.",
                            "{}: {}（このマシンのカーネルによる拒否）。", it.where(), shown(it.at.text));
  add_advice(finding, "look", say("See its rules and routes.", "ルールと経路を確認します。"),
             {"sudo nft list ruleset", "ip route get " + it.detail("address")});
}

}  // namespace

constinit const Check kNetworkLocalFirewall = {
    .cause = Cause::network_local_firewall,
    .severity = Severity::blocker,
    .from_client = true,
    .title = {"This machine itself forbids the connection", "このマシン自身が接続を禁止しています"},
    .why = {"The kernel of the client refused to send: its own packet filter, a VPN's kill switch, a "
            "`prohibit` route or a sandbox. No packet left.",
            "クライアントのカーネルが送信を拒否しました。自身のパケットフィルター、VPN "
            "のキルスイッチ、`prohibit` 経路、サンドボックスなどが原因で、パケットは送信されていません。"},
    .remedy = {"Look at the client's own firewall and routes.",
               "クライアント自身のファイアウォールと経路を確認します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kNetworkLocalFirewall, tell); },
};

}  // namespace reentry
