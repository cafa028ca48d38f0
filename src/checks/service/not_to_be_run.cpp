// service/not-to-be-run
#include "checks/config_edits.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

// A link or an empty file in the administrator's own directories; what the package brought stays.
bool is_mask(const SeenCase& it) {
  const bool own = it.at.path.starts_with("/etc/systemd/system/") || it.at.path.starts_with("/run/systemd/");
  return own && it.raw("problem") == "masked";
}

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation =
      say("{} keeps the service from being started.", "{} があるため、サービスは起動されません。", it.path());
  Steps steps;
  const bool file = it.at.path == "/etc/ssh/sshd_not_to_be_run";
  const FileFact* fact = it.input.facts.paths.find(HostPath(it.at.path));
  if (fact != nullptr && fact->bytes && (file || is_mask(it)))
    steps.push_back(RemoveFile{HostPath(it.at.path), *fact->bytes});
  add_remedy(
      finding, "allow", Risk::choice,
      file ? say("Remove {}.", "{} を削除します。", it.path())
           : say("Unmask the unit: remove {}.", "ユニットのマスクを解除します（{} を削除）。", it.path()),
      std::move(steps),
      {file ? "rm " + shell_word(it.path()) : "systemctl unmask " + unit_name(it.input.facts),
       "systemctl enable --now " + unit_name(it.input.facts)});
}

}  // namespace

constinit const Check kServiceNotToBeRun = {
    .cause = Cause::service_not_to_be_run,
    .severity = Severity::blocker,
    .title = {"sshd is told not to run", "sshd を起動しない設定になっています"},
    .why = {"Debian's unit of sshd has a condition: while /etc/ssh/sshd_not_to_be_run exists, systemd skips "
            "it. That is not an error, so nothing is marked as failed and the log only names an unmet "
            "condition. A masked unit is the same decision made in another way.",
            "Debian の sshd のユニットには条件があり、/etc/ssh/sshd_not_to_be_run が存在する間は systemd "
            "が起動を飛ばします。エラーではないため failed "
            "にはならず、ログには条件を満たさないことだけが記録されます。ユニットのマスクも、同じ決定の別の形"
            "です。"},
    .remedy = {"Remove the file (or unmask the unit) when ssh is wanted again.",
               "ssh を使う場合はファイルを削除します（またはユニットのマスクを解除します）。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kServiceNotToBeRun, tell); },
};

}  // namespace reentry
