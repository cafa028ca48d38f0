// network/no-answer
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say("{} did not answer, neither did the other ports that were tried.",
                            "{} からも、試した他のポートからも応答がありません。", it.where());
  add_advice(finding, "look",
             say("Compare the address with the provider's, and try from another network (a phone's).",
                 "プロバイダーの表示するアドレスと比べ、別の回線（携帯など）からも試します。"),
             {"ping -c 3 " + it.detail("address")});
}

}  // namespace

constinit const Check kNetworkNoAnswer = {
    .cause = Cause::network_no_answer,
    .severity = Severity::blocker,
    .from_client = true,
    .title = {"Nothing at this address answers", "このアドレスからの応答がありません"},
    .why = {"Not one packet came back, from this port or any other that was tried: the address is wrong or "
            "belongs to nobody any more (a stopped and started instance has a new one), the host is down, or "
            "something on the way drops everything.",
            "このポートからも、試した他のポートからも、パケットが一つも返ってきません。アドレスの誤り、（停止"
            "・起動後のインスタンスのように）使われなくなったアドレス、ホストの停止、途中ですべてを破棄する機"
            "器などが考えられます。"},
    .remedy = {"Check the address at the provider; see whether the host runs; try from another network.",
               "プロバイダーの画面でアドレスと稼働状態を確認し、別のネットワークから試します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kNetworkNoAnswer, tell); },
};

}  // namespace reentry
