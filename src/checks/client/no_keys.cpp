// client/no-keys
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say("Neither a key file nor an agent has a key that could be offered.",
                            "鍵ファイルにもエージェントにも提示できる鍵がありません。");
  add_advice(finding, "name",
             say("Name the key that belongs to this host.", "このホスト用の鍵を指定します。"),
             {"ssh -i KEY " + it.user() + "@HOST"});
}

}  // namespace

constinit const Check kClientNoKeys = {
    .cause = Cause::client_no_keys,
    .severity = Severity::blocker,
    .from_client = true,
    .title = {"There is no key to offer", "提示できる鍵がありません"},
    .why = {"The server asks for a public key, and ssh has none: no file of the usual names in ~/.ssh, none "
            "named, no agent. Under sudo it looks into root's home, not yours.",
            "サーバーは公開鍵認証を要求していますが、ssh には鍵がありません。~/.ssh "
            "に既定の名前の鍵がなく、指定もエージェントもない状態です。sudo では自分ではなく root "
            "のホームが参照されます。"},
    .remedy = {"Name the key with -i, or put it into ~/.ssh.", "-i で鍵を指定するか、~/.ssh に置きます。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kClientNoKeys, tell); },
};

}  // namespace reentry
