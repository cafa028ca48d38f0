// network/source-address
#include "base/shown.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say("{}: {}", "{}: {}", it.where(), shown(it.at.text));
  add_advice(finding, "look", say("See which addresses there are.", "現在のアドレスを確認します。"),
             {"ip -brief address"});
}

}  // namespace

constinit const Check kNetworkSourceAddress = {
    .cause = Cause::network_source_address,
    .severity = Severity::blocker,
    .from_client = true,
    .title = {"BindAddress is no address of this machine",
              "BindAddress がこのマシンのアドレスではありません"},
    .why = {"-b or BindAddress says which of the client's own addresses to come from. That address is gone: "
            "a laptop off its VPN, a changed network.",
            "-b や BindAddress は接続元にするクライアント自身のアドレスを指定します。VPN "
            "の切断やネットワークの変更で、そのアドレスがなくなっています。"},
    .remedy = {"Leave -b or BindAddress out, or name an address of this machine.",
               "-b や BindAddress を外すか、このマシンのアドレスを指定します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kNetworkSourceAddress, tell); },
};

}  // namespace reentry
