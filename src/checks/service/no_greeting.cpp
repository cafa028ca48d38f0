// service/no-greeting
#include "base/shown.hpp"
#include "checks/config_edits.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"
#include "checks/service_steps.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  const bool closed = it.raw("how") == "closed";
  finding.explanation =
      closed ? say("A new connection to {} on this very host is taken and closed without a word: the process "
                   "that is started for each connection ends at once.",
                   "このホスト自身から {} "
                   "に接続すると、受け付けた直後に何も送られずに切断されます。接続ごとに起動されるプロセスが"
                   "すぐに終了しています。",
                   it.detail("address"))
             : say("A new connection to {} on this very host is taken, and nothing is ever said.",
                   "このホスト自身から {} に接続すると、受け付けられますが何も応答がありません。",
                   it.detail("address"));
  ServiceStep restart = restart_service(it.input.facts);
  restart.commands.insert(restart.commands.begin(), "journalctl -u " + unit_name(it.input.facts) + " -n 30");
  add_remedy(finding, "restart", Risk::choice,
             say("Restart sshd; sessions that are open stay open.",
                 "sshd を再起動します。開いているセッションは切れません。"),
             std::move(restart.steps), std::move(restart.commands));
}

}  // namespace

constinit const Check kServiceNoGreeting = {
    .cause = Cause::service_no_greeting,
    .severity = Severity::blocker,
    .title = {"sshd takes connections and does not answer", "sshd が接続を受け付けますが応答しません"},
    .why =
        {"The kernel completes a connection for whoever listens, so `active (running)` and an open port "
         "prove "
         "little. sshd starts a process for each connection, which reads the program and its libraries anew: "
         "after an upgrade in between, without its directory or its host keys, or when it is stopped or out "
         "of memory, it ends or hangs before its identification string.",
         "接続の確立はカーネルが行うため、`active (running)` "
         "やポートが開いていることは十分な証拠になりません。"
         "sshd "
         "は接続ごとにプロセスを起動し、プログラムとライブラリを読み直します。途中で更新された場合、"
         "ディレクトリやホスト鍵がない場合、停止中やメモリ不足の場合は、識別文字列を送る前に終了または停止し"
         "ます。"},
    .remedy = {"Read the unit's journal, then restart sshd.",
               "ユニットのジャーナルを確認し、sshd を再起動します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kServiceNoGreeting, tell); },
};

}  // namespace reentry
