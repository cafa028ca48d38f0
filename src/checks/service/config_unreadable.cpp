// service/config-unreadable
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"
#include "checks/service/config_restore.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say("{} can't be read: {}.", "{} を読めません（{}）。", it.path(),
                            it.detail("why", it.detail("reason", "error")));
  const FileFact* fact = it.input.facts.paths.find(HostPath(it.at.path));
  if (fact != nullptr && fact->path.end == PathEnd::loop) add_restore(it, finding);
  add_advice(finding, "look", say("See what stands there.", "そこに何があるかを確認します。"),
             {"namei -l " + shell_word(it.path()), "stat " + shell_word(it.path())});
}

}  // namespace

constinit const Check kServiceConfigUnreadable = {
    .cause = Cause::service_config_unreadable,
    .severity = Severity::blocker,
    .title = {"sshd can't read its configuration", "sshd が設定ファイルを読めません"},
    .why = {"sshd reads sshd_config as root. It still fails when the path is a directory, a loop of symbolic "
            "links or lies on a broken disk; it then prints the system's error and ends with status 1. Mode "
            "and owner of the file are not looked at.",
            "sshd は sshd_config を root "
            "として読みます。それでも、パスがディレクトリだったり、シンボリックリンクが循環していたり、ディス"
            "クが壊れていたりすると失敗し、システムのエラーを表示してステータス 1 "
            "で終了します。ファイルの権限や所有者は問題になりません。"},
    .remedy =
        {"Make the path a regular file again. In the place of a link that leads to itself fix can restore "
         "the "
         "package's own default.",
         "パスを通常のファイルに戻します。循環したリンクの場合、fix はパッケージ付属の既定の設定を復元できま"
         "す。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kServiceConfigUnreadable, tell); },
};

}  // namespace reentry
