// service/config-unreadable
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say("{} can't be read: {}.", "{} を読めません（{}）。", it.path(),
                            it.detail("why", it.detail("reason", "error")));
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
    .remedy = {"Make the path a regular file again.", "パスを通常のファイルに戻します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kServiceConfigUnreadable, tell); },
};

}  // namespace reentry
