// service/privsep-directory
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  const auto node = seen_node(it);
  if (node) {
    finding.explanation = say(
        "{} has owner {} and mode {}; sshd demands root and no write bit for others.",
        "{} の所有者は {}、権限は {} です。sshd は root の所有で、他者の書き込み権がないことを要求します。",
        it.path(), it.detail("owner", "?"), octal(node->mode));
    Steps steps = set_owner(*node, 0, node->gid);
    for (Step& step : set_mode(*node, node->mode & ~0022U)) steps.push_back(std::move(step));
    add_remedy(finding, "mend", Risk::safe,
               say("Give {} to root and take the others' write bits.",
                   "{} を root の所有にし、他者の書き込み権を外します。", it.path()),
               std::move(steps),
               {"chown root " + shell_word(it.path()), "chmod go-w " + shell_word(it.path())});
    return;
  }
  finding.explanation = say("{} does not exist, so sshd does not start.",
                            "{} が存在しないため、sshd は起動しません。", it.path());
  Steps steps;
  if (!it.at.path.empty()) steps.push_back(CreateDirectory{HostPath(it.at.path), 0755, 0, 0});
  add_remedy(finding, "create", Risk::safe,
             say("Make the directory {}.", "ディレクトリ {} を作成します。", it.path()), std::move(steps),
             {"install -d -m 755 -o root -g root " + shell_word(it.path())});
}

}  // namespace

constinit const Check kServicePrivsepDirectory = {
    .cause = Cause::service_privsep_directory,
    .severity = Severity::blocker,
    .title = {"The directory that sshd locks itself into is missing or not safe",
              "sshd の特権分離ディレクトリがないか安全ではありません"},
    .why = {"Before a login sshd's unprivileged half is locked into an empty directory. sshd refuses to "
            "start when it is not there (`Missing privilege separation directory`) or when it does not "
            "belong to root or others may write to it. Where it lies below /run the service manager makes it "
            "anew at each start, so its absence on a disk that is not booted means nothing.",
            "認証前の sshd "
            "は、権限を落とした側を空のディレクトリに閉じ込めます。そのディレクトリがない場合（`Missing "
            "privilege separation directory`）や、root "
            "の所有でない、または他のユーザーが書き込める場合、sshd は起動しません。/run "
            "の下にある場合はサービスマネージャーが起動のたびに作るため、起動していないディスクに存在しないこ"
            "と自体は問題ではありません。"},
    .remedy = {"Make the directory, owned by root with mode 0755.",
               "root 所有、権限 0755 でディレクトリを作ります。"},
    .tells_apart = {"It happens every time and from loopback, too; sshd's log speaks of /run/sshd.",
                    "毎回、ループバックからでも起こり、sshd のログに /run/sshd が現れます。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kServicePrivsepDirectory, tell); },
};

}  // namespace reentry
