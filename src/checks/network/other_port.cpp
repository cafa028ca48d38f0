// network/other-port
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation =
      say("{} does not answer, port {} speaks SSH.", "{} は応答せず、ポート {} で SSH が応答しています。",
          it.where(), it.detail("speaks"));
  add_advice(finding, "port", say("Dial that one.", "そのポートに接続します。"),
             {"ssh -p " + it.detail("speaks") + " HOST"});
}

}  // namespace

constinit const Check kNetworkOtherPort = {
    .cause = Cause::network_other_port,
    .severity = Severity::blocker,
    .from_client = true,
    .title = {"sshd answers at another port of this host", "このホストの別のポートで sshd が応答しています"},
    .why = {"The port that was dialled does not answer, and another one of the same address speaks SSH. "
            "Administrators move sshd, and the client must be told: -p PORT, or `Port` in ~/.ssh/config.",
            "接続したポートは応答せず、同じアドレスの別のポートで SSH が応答しました。sshd "
            "のポートが変更されている場合、クライアントでも -p または ~/.ssh/config の `Port` "
            "で指定が必要です。"},
    .remedy = {"Dial the port that answers: ssh -p PORT.", "応答するポートに接続します（ssh -p）。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kNetworkOtherPort, tell); },
};

}  // namespace reentry
