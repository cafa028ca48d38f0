// hostkey/unproved
#include "base/shown.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say("{}: {}", "{}: {}", it.where(), shown(it.at.text));
  add_advice(finding, "other",
             say("Try from another network, and compare the fingerprints.",
                 "別のネットワークから試し、フィンガープリントを比べます。"),
             {"ssh-keyscan HOST | ssh-keygen -lf -"});
}

}  // namespace

constinit const Check kHostkeyUnproved = {
    .cause = Cause::hostkey_unproved,
    .severity = Severity::blocker,
    .from_client = true,
    .title = {"The server does not hold the key that it shows",
              "サーバーが示したホスト鍵の所有を証明できません"},
    .why = {"The key exchange is signed with the host key (RFC 4253 8). This signature is false: somebody in "
            "between, or a broken server.",
            "鍵交換はホスト鍵で署名されます（RFC 4253 "
            "8）。この署名は正しくありません。第三者の介在、またはサーバーの故障です。"},
    .remedy = {"Don't go on from this network; try another way to the host.",
               "このネットワークからの接続を中止し、別の経路で確認します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kHostkeyUnproved, tell); },
};

}  // namespace reentry
