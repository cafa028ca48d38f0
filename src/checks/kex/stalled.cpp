// kex/stalled
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation =
      say("The key exchange with {} stalls.", "{} との鍵交換が途中で止まります。", it.where());
  add_advice(finding, "mtu", say("Try smaller packets.", "小さなパケットで試します。"),
             {"ssh -o KexAlgorithms=curve25519-sha256 HOST", "sudo ip link set dev DEVICE mtu 1280"});
}

}  // namespace

constinit const Check kKexStalled = {
    .cause = Cause::kex_stalled,
    .severity = Severity::blocker,
    .from_client = true,
    .title = {"Large packets do not arrive: the exchange stalls",
              "大きなパケットが届かず、鍵交換が止まります"},
    .why = {"The identification, a small packet, came, and then nothing: packets of full size are lost on "
            "the way while ICMP `fragmentation needed` is filtered (VPN, tunnel, PPPoE), or a middlebox "
            "trips over the large post-quantum key exchange.",
            "小さなパケットである識別文字列は届きましたが、その後が届きません。フルサイズのパケットが途中で失"
            "われ、ICMP の `fragmentation needed` "
            "も遮断されている（VPN、トンネル、PPPoE）か、機器が大きなポスト量子鍵交換に対応できていません。"},
    .remedy =
        {"Lower the MTU of this machine's interface or of the tunnel; try KexAlgorithms=curve25519-sha256.",
         "このマシンまたはトンネルの MTU を下げるか、KexAlgorithms=curve25519-sha256 を試します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kKexStalled, tell); },
};

}  // namespace reentry
