// client/agent-unreachable
#include "base/shown.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say("The agent at {} does not answer: {}", "{} のエージェントが応答しません: {}",
                            it.where(), shown(it.at.text));
  add_advice(finding, "start",
             say("Start one and give it the key.", "エージェントを起動し、鍵を登録します。"),
             {"eval \"$(ssh-agent)\" && ssh-add"});
}

}  // namespace

constinit const Check kClientAgentUnreachable = {
    .cause = Cause::client_agent_unreachable,
    .severity = Severity::notice,
    .from_client = true,
    .title = {"No agent answers at the socket that ssh is told of", "ssh-agent のソケットに応答がありません"},
    .why = {"SSH_AUTH_SOCK or IdentityAgent names a socket, and nobody listens there: the agent ended, or a "
            "tmux session, sudo or cron job kept an old address. Keys that only the agent holds are then not "
            "offered.",
            "SSH_AUTH_SOCK や IdentityAgent "
            "が示すソケットで応答するプロセスがありません。エージェントが終了したか、tmux・sudo・cron "
            "が古いパスを保持しています。エージェントだけが持つ鍵は提示されません。"},
    .remedy = {"Start an agent and add the key, or name the key file with -i.",
               "エージェントを起動して鍵を追加するか、-i で鍵ファイルを指定します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kClientAgentUnreachable, tell); },
};

}  // namespace reentry
