// system/boot-target
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

// A link of the administrator's own may go where the package's one leads to a target with logins.
Steps without_own_target(const SeenCase& it) {
  const std::string& vendor = it.input.facts.system.vendor_target_name;
  const FileFact* fact = it.input.facts.paths.find(HostPath(it.at.path));
  const bool own = it.at.path.starts_with("/etc/systemd/system/");
  if (!own || fact == nullptr || !fact->bytes || vendor.empty() || is_target_without_logins(vendor))
    return {};
  return {RemoveFile{HostPath(it.at.path), *fact->bytes}};
}

void tell(const SeenCase& it, Finding& finding) {
  if (it.raw("problem") == "lost") {
    finding.explanation = say(
        "{} leads to no target, so the next start ends in rescue mode, without sshd.",
        "{} の先にターゲットがないため、次回はレスキューモードで起動し、sshd は起動されません。", it.path());
  } else {
    finding.explanation = say("{} leads to {}: the next start ends there, without sshd.",
                              "{} は {} を指しています。次回の起動はそこで終わり、sshd は起動されません。",
                              it.path(), it.detail("target", "rescue.target"));
  }
  if (it.seen.gate != nullptr && it.seen.gate->result == GateResult::pass) finding.severity = Severity::risk;
  add_remedy(finding, "default", Risk::choice,
             say("Remove the link, so that the default of the package holds again.",
                 "リンクを削除し、パッケージの既定に戻します。"),
             without_own_target(it), {"systemctl set-default multi-user.target"});
}

}  // namespace

constinit const Check kSystemBootTarget = {
    .cause = Cause::system_boot_target,
    .severity = Severity::blocker,
    .title = {"The system starts a target without sshd", "sshd を含まないターゲットで起動する設定です"},
    .why =
        {"default.target names what systemd starts: multi-user.target or graphical.target, which want "
         "ssh.service. Where it is a link to rescue.target or emergency.target, or leads nowhere, the "
         "machine comes up to a shell on the console at most. Somebody who worked in rescue mode and ran "
         "systemctl set-default is the usual reason.",
         "default.target は systemd が起動する対象を決めます。通常は ssh.service を含む multi-user.target か "
         "graphical.target です。rescue.target や emergency.target "
         "を指していたり、リンク先がなかったりすると、"
         "コンソールのシェルまでしか起動しません。レスキュー作業中に systemctl set-default "
         "を実行したことが主な原因です。"},
    .remedy = {"Set the default target back (systemctl set-default multi-user.target).",
               "既定のターゲットを元に戻します（systemctl set-default multi-user.target）。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kSystemBootTarget, tell); },
};

}  // namespace reentry
