// service/config-not-loaded
#include "base/shown.hpp"
#include "checks/config_edits.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"
#include "checks/service_steps.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation =
      say("{} changed after the running sshd had read it. Until it is told to, sshd goes by what stood there "
          "before, and nobody can see that any more.",
          "{} は、稼働中の sshd "
          "が読み込んだ後に変更されています。再読み込みするまで変更前の内容で動作し、その内容を確認する方法は"
          "ありません。",
          it.path());
  ServiceStep reload = reload_service(it.input.facts);
  add_remedy(finding, "reload", Risk::choice,
             say("Make sshd read it again; sessions that are open stay open.",
                 "sshd に設定を再読み込みさせます。開いているセッションは切れません。"),
             std::move(reload.steps), {reload_command(it.input.facts)});
}

}  // namespace

constinit const Check kServiceConfigNotLoaded = {
    .cause = Cause::service_config_not_loaded,
    .severity = Severity::risk,
    .title = {"sshd has not read its configuration as it is now",
              "sshd が現在の設定をまだ読み込んでいません"},
    .why =
        {"sshd reads its configuration when it starts and on SIGHUP, and hands it to the process of each "
         "connection. `sshd -T` shows the file, not what runs. A change that was saved and not loaded mends "
         "nothing yet, and one that shuts people out does so at the next reload.",
         "sshd は起動時と SIGHUP 受信時に設定を読み込み、接続ごとのプロセスに渡します。`sshd -T` "
         "が示すのはファイルの内容であり、稼働中の設定ではありません。保存しただけの変更はまだ効果がなく、"
         "誰かを締め出す変更は次の再読み込みで効力を持ちます。"},
    .remedy = {"Reload sshd once what the file says is wanted.",
               "ファイルの内容で問題ないことを確認してから sshd を再読み込みします。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kServiceConfigNotLoaded, tell); },
};

}  // namespace reentry
