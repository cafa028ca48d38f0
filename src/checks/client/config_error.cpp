// client/config-error
#include "base/shown.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation =
      say("ssh stops at {}: {}", "ssh は {} で停止します: {}", it.where(), shown(it.at.text));
  add_advice(finding, "look",
             say("Ask ssh itself what it makes of its configuration.", "ssh 自身に設定の解釈を確認します。"),
             {"ssh -G HOST"});
}

}  // namespace

constinit const Check kClientConfigError = {
    .cause = Cause::client_config_error,
    .severity = Severity::blocker,
    .from_client = true,
    .title = {"ssh refuses its own configuration", "ssh が自身の設定ファイルを受け付けません"},
    .why =
        {"ssh reads the command line, ~/.ssh/config and /etc/ssh/ssh_config before it does anything else. A "
         "keyword that it does not know, a value that it can't read, or a configuration file that others may "
         "write or that belongs to somebody else ends it there: not one packet leaves this machine.",
         "ssh は他の処理より先にコマンドライン、~/.ssh/config、/etc/ssh/ssh_config "
         "を読みます。知らないキーワード、読めない値、他人が書き込める設定ファイルや他人が所有する設定ファイ"
         "ルがあると、その場で終了し、パケットは一つも送られません。"},
    .remedy = {"Mend the line that ssh names, or the owner and mode of the file.",
               "ssh が示す行、またはファイルの所有者とモードを直します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kClientConfigError, tell); },
};

}  // namespace reentry
