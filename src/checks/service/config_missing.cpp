// service/config-missing
#include "checks/config_edits.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

// Keys only: what the lost file allowed is not known, so nothing beyond keys is opened. Drop-ins still count.
std::string smallest_config(const Facts& facts) {
  std::string text = "# " + std::string(kTransactionMark) + ": written because this file was missing\n";
  if (facts.ssh.at_least(8, 2)) text += "Include /etc/ssh/sshd_config.d/*.conf\n";
  if (facts.ssh.pam) text += "UsePAM yes\n";
  return text + "PasswordAuthentication no\n" +
         (facts.ssh.at_least(8, 7) ? "KbdInteractiveAuthentication no\n"
                                   : "ChallengeResponseAuthentication no\n") +
         "PermitRootLogin prohibit-password\n";
}

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say("{} does not exist, and sshd does not start without it.",
                            "{} が存在しません。sshd はこのファイルなしでは起動しません。", it.path());
  Steps steps;
  const FileFact* fact = it.input.facts.paths.find(HostPath(it.at.path));
  const bool absent = fact == nullptr || fact->path.end == PathEnd::absent;
  if (absent && !it.at.path.empty())
    steps.push_back(CreateFile{HostPath(it.at.path), smallest_config(it.input.facts), 0644, 0, 0});
  add_remedy(finding, "smallest", Risk::safe,
             say("Write a small file that lets public keys in and passwords not. Settings that the lost file "
                 "had are not restored.",
                 "公開鍵だけを許す最小限の設定を書きます。失われたファイルの設定は復元されません。"),
             std::move(steps), {reload_command(it.input.facts)});
  add_advice(finding, "restore",
             say("Better: put the old file back from a backup or from the package.",
                 "より望ましいのは、バックアップやパッケージから元のファイルを戻すことです。"));
}

}  // namespace

constinit const Check kServiceConfigMissing = {
    .cause = Cause::service_config_missing,
    .severity = Severity::blocker,
    .title = {"sshd_config is missing", "sshd_config がありません"},
    .why = {"sshd does not fall back to built-in defaults when its file is not there: it prints `No such "
            "file or directory` and ends with status 1. A package manager does not bring the file back by a "
            "plain reinstall, because it takes the missing file for the administrator's decision.",
            "設定ファイルがない場合、sshd は組み込みの既定値では動かず、`No such file or directory` "
            "を表示してステータス 1 "
            "で終了します。ファイルの欠落は管理者の判断とみなされるため、パッケージを単に再インストールしても"
            "復元されません。"},
    .remedy = {"Put the file back from a backup or from the package's own copy. Where neither is at hand, "
               "start from a small file that lets keys in and passwords not.",
               "バックアップやパッケージ付属の見本からファイルを復元します。どちらもない場合は、公開鍵だけを"
               "許す最小限の設定から始めます。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kServiceConfigMissing, tell); },
};

}  // namespace reentry
