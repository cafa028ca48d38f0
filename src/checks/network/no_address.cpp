// network/no-address
#include "base/shown.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation =
      say("No interface of this host has an {} address, loopback aside: no packet of a client "
          "gets here, and no answer finds its way.",
          "ループバックを除き、このホストのどのインターフェースにも {} "
          "アドレスがありません。クライアントのパケットは届かず、応答も返せません。",
          it.detail("family"));
  add_advice(
      finding, "look",
      say("See which interface should have one, and what gives it out: its configuration, DHCP, its name "
          "after an upgrade.",
          "どのインターフェースがアドレスを持つべきか、設定・DHCP・更新後のインターフェース名を確認します。"),
      {"ip -brief address", "networkctl status || nmcli device status || ifquery --list",
       "journalctl -b -u systemd-networkd -u NetworkManager -u networking"});
}

}  // namespace

constinit const Check kNetworkNoAddress = {
    .cause = Cause::network_no_address,
    .severity = Severity::blocker,
    .title = {"The host has no address for its clients", "ホストにクライアントが届くアドレスがありません"},
    .why =
        {"sshd listens on 0.0.0.0 and :: whether any interface has an address or not, so the service looks "
         "healthy while clients time out. An interface that was renamed by an upgrade, a configuration for "
         "another card, DHCP without an answer and a link that is down all end here.",
         "sshd はインターフェースにアドレスがなくても 0.0.0.0 と :: "
         "で待ち受けるため、サービスは正常に見えますが、クライアントはタイムアウトします。更新による"
         "インターフェース名の変更、別のカード用の設定、DHCP の無応答、リンクダウンなどが原因です。"},
    .remedy = {"Bring the interface up with its address, from the console.",
               "コンソールからインターフェースにアドレスを設定します。"},
    .tells_apart = {"On the console `ip -brief address` shows no address.",
                    "コンソールの `ip -brief address` にアドレスが表示されません。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kNetworkNoAddress, tell); },
};

}  // namespace reentry
