// network/unreachable
#include "base/shown.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say("{}: {}", "{}: {}", it.where(), shown(it.at.text));
  add_advice(finding, "look", say("See where packets to it would go.", "パケットの経路を確認します。"),
             {"ip route get " + it.detail("address"), "ip neighbour show " + it.detail("address")});
}

}  // namespace

constinit const Check kNetworkUnreachable = {
    .cause = Cause::network_unreachable,
    .severity = Severity::blocker,
    .from_client = true,
    .title = {"There is no way to this address from here", "ここからこのアドレスへの経路がありません"},
    .why = {"This machine or a router on the way says that there is no route, or that the host does not "
            "answer on its own network (ARP): the VPN is down, the network has no IPv6, the address is "
            "wrong, or the host is off.",
            "このマシンまたは途中のルーターが、経路がない、あるいは同一ネットワーク上でホストが応答しない（AR"
            "P）と報告しています。VPN の切断、IPv6 の経路なし、アドレス誤り、ホスト停止などが考えられます。"},
    .remedy = {"Bring up the VPN or the route; with a name that has both, try ssh -4.",
               "VPN や経路を復旧します。IPv6 と IPv4 の両方がある名前なら ssh -4 を試します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kNetworkUnreachable, tell); },
};

}  // namespace reentry
