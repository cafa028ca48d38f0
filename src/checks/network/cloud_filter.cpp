// network/cloud-filter
#include "base/shown.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation =
      say("{}: {}. A filter of the provider's looks just so.",
          "{}: {}。プロバイダーのフィルターでも同じ見え方になります。", it.where(), shown(it.at.text));
  add_advice(finding, "rule",
             say("Compare your address with the inbound rules in the provider's console.",
                 "自分のアドレスとプロバイダーの受信ルールを照合します。"),
             {"curl -s https://checkip.amazonaws.com"});
}

}  // namespace

constinit const Check kNetworkCloudFilter = {
    .cause = Cause::network_cloud_filter,
    .severity = Severity::blocker,
    .from_client = true,
    .title = {"A filter in front of the host drops the packets",
              "ホスト手前のフィルターがパケットを破棄しています"},
    .why = {"Security groups, network ACLs and providers' packet filters stand in front of the machine and "
            "drop in silence. Typical: no rule for the port, a rule for yesterday's address of the office "
            "(\"My IP\"), a rule for IPv4 alone.",
            "セキュリティグループ、ネットワーク "
            "ACL、プロバイダーのパケットフィルターはマシンの手前で無応答のまま破棄します。ポートのルールがな"
            "い、以前のアドレス（「マイ IP」）のままのルール、IPv4 だけのルールが典型です。"},
    .remedy = {"Allow your present address for the ssh port there, and nothing wider.",
               "現在の自分のアドレスだけを ssh ポートに許可します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kNetworkCloudFilter, tell); },
};

}  // namespace reentry
