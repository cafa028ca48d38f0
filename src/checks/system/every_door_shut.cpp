// system/every-door-shut
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

Verdict judge_doors(const CheckInput& input) {
  if (!input.every_door_shut) return Fine{};
  Finding finding;
  finding.cause = Cause::system_every_door_shut;
  finding.severity = Severity::notice;
  finding.title = kSystemEveryDoorShut.title.text();
  finding.explanation =
      say("Every login that was looked at is refused, and so is every administrator of this host.",
          "調べたすべてのログインと、このホストのすべての管理者が拒否されます。");
  for (const LoginTrace& trace : input.traces) {
    const Gate* gate = trace.first_refusal();
    if (gate != nullptr && !gate->obstacles.empty() && finding.evidence.empty())
      finding.evidence.push_back(gate->obstacles.front().at);
  }
  add_advice(finding, "console",
             say("Work from the console or with the disk in a rescue machine.",
                 "コンソールから、またはディスクをレスキュー環境に接続して作業します。"),
             {"reentry fix --root DIR"});
  return std::vector<Finding>{std::move(finding)};
}

}  // namespace

constinit const Check kSystemEveryDoorShut = {
    .cause = Cause::system_every_door_shut,
    .severity = Severity::notice,
    .title = {"No administrator has a way in left", "管理者がログインできる経路が残っていません"},
    .why = {"Every account that could mend the host by ssh (root, and the members of sudo, wheel and admin) "
            "is refused, and so is every other login that was looked at. What is left is the console, the "
            "provider's rescue system, or the disk in another machine. Rights that only sudoers gives are "
            "not counted.",
            "ssh でホストを修復できるアカウント（root と、sudo、wheel、admin "
            "のメンバー）がすべて拒否され、調べたほかのログインもすべて拒否されます。残る手段は、コンソール、"
            "事業者のレスキューシステム、またはディスクを別のマシンに接続することです。sudoers "
            "だけで与えられた権限は数えていません。"},
    .remedy = {"Mend one of the other findings from the console or a rescue system.",
               "コンソールやレスキューシステムから、ほかの指摘のいずれかを修復します。"},
    .evaluate = judge_doors,
};

}  // namespace reentry
