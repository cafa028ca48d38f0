// network/one-family-dead
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say("{} does not answer, {} does.", "{} は応答しませんが、{} は応答します。",
                            it.detail("dead"), it.detail("works"));
  add_advice(
      finding, "family", say("Keep to the family that works.", "応答するファミリーに固定します。"),
      {std::string("ssh ") + (it.raw("works").find(':') == std::string_view::npos ? "-4" : "-6") + " HOST"});
}

}  // namespace

constinit const Check kNetworkOneFamilyOnly = {
    .cause = Cause::network_one_family_only,
    .severity = Severity::notice,
    .from_client = true,
    .title = {"One of the host's addresses does not answer", "ホストのアドレスの一部が応答しません"},
    .why = {"The name has several addresses, often one of IPv6 and one of IPv4, and ssh tries one after the "
            "other: where the first is dead, each login waits for it before it goes on.",
            "名前に複数のアドレス（多くは IPv6 と IPv4）があり、ssh "
            "は順に試します。最初のアドレスが応答しない場合、毎回その待ち時間が生じます。"},
    .remedy = {"Take the dead record out of DNS, mend that path, or use ssh -4.",
               "応答しないレコードを DNS から外す、経路を直す、または ssh -4 を使います。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kNetworkOneFamilyOnly, tell); },
};

}  // namespace reentry
