// system/null-device
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say("{} is not a character device that everybody may write to.",
                            "{} が、誰でも書き込めるキャラクターデバイスではありません。", it.path());
  add_advice(finding, "make", say("Make the device again.", "デバイスを作り直します。"),
             {"rm /dev/null", "mknod -m 666 /dev/null c 1 3"});
}

bool is_broken(const Facts& facts) {
  const FileFact* fact = facts.paths.find(HostPath("/dev/null"));
  if (facts.target.kind != TargetKind::live || fact == nullptr || !fact->path.found()) return false;
  const FileStat& stat = fact->path.node().stat;
  return stat.type != FileType::char_device || (stat.mode & 0006U) != 0006U;
}

Verdict judge_null_device(const CheckInput& input) {
  Verdict verdict = each_seen(input, kSystemNullDevice, tell);
  if (!std::holds_alternative<Fine>(verdict) || !is_broken(input.facts)) return verdict;
  Obstacle obstacle;
  obstacle.cause = Cause::system_null_device;
  obstacle.at.path = "/dev/null";
  const SeenObstacle seen_here{&obstacle, nullptr, {}};
  Finding finding;
  finding.cause = obstacle.cause;
  finding.severity = Severity::risk;
  finding.locus = obstacle.at;
  finding.evidence.push_back(obstacle.at);
  finding.title = kSystemNullDevice.title.text();
  tell(SeenCase(input, seen_here), finding);
  return std::vector<Finding>{std::move(finding)};
}

}  // namespace

constinit const Check kSystemNullDevice = {
    .cause = Cause::system_null_device,
    .severity = Severity::risk,
    .title = {"/dev/null is not the null device", "/dev/null が null デバイスではありません"},
    .why = {"sshd and every shell open /dev/null. When a script replaced it with a regular file, or took its "
            "write bit, sessions fail in odd ways; sshd itself logs `Couldn't open /dev/null` and ends. On a "
            "disk that is not booted /dev is empty, which means nothing.",
            "sshd もシェルも /dev/null "
            "を開きます。スクリプトが通常のファイルに置き換えたり、書き込み権を外したりすると、セッションが不"
            "可解な失敗をします。sshd 自身は `Couldn't open /dev/null` "
            "と記録して終了します。起動していないディスクで /dev が空なのは問題ありません。"},
    .remedy = {"Make the device again (mknod -m 666 /dev/null c 1 3).",
               "デバイスを作り直します（mknod -m 666 /dev/null c 1 3）。"},
    .evaluate = judge_null_device,
};

}  // namespace reentry
