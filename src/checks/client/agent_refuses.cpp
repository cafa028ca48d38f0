// client/agent-refuses
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& /*it*/, Finding& finding) {
  finding.explanation = say("The key is right, and the agent did not sign with it.",
                            "鍵は正しいですが、エージェントが署名しませんでした。");
  add_advice(
      finding, "look",
      say("See what the agent holds, and load the key anew.", "エージェントの鍵を確認し、登録し直します。"),
      {"ssh-add -l", "ssh-add -d KEY; ssh-add KEY"});
}

}  // namespace

constinit const Check kClientAgentRefuses = {
    .cause = Cause::client_agent_refuses,
    .severity = Severity::blocker,
    .from_client = true,
    .title = {"The right key can't sign: its agent refuses", "エージェントが署名を拒否しています"},
    .why = {"The server accepted the public key, and the private half could not be used: the agent is "
            "locked, wants a confirmation or a touch, or the token is gone. ssh says `agent refused "
            "operation` and goes on to the next key.",
            "サーバーは公開鍵を受け入れましたが、秘密鍵で署名できませんでした。エージェントがロックされている"
            "、確認やタッチが必要、トークンが外れている、などの場合です。ssh は `agent refused operation` "
            "と表示して次の鍵に進みます。"},
    .remedy = {"Unlock the agent, touch the token, or use the key file itself.",
               "エージェントのロックを解除する、トークンに触れる、または鍵ファイルを直接使います。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kClientAgentRefuses, tell); },
};

}  // namespace reentry
