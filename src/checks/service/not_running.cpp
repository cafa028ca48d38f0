// service/not-running
#include "base/shown.hpp"
#include "checks/config_edits.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"
#include "checks/service_steps.hpp"

namespace reentry {
namespace {

Text what_happened(const SeenCase& it) {
  const std::string unit = it.detail("unit", "sshd");
  const std::string state = it.detail("state");
  if (state == "inactive") {
    return say("{} is stopped, so nobody takes connections.",
               "{} が停止しているため、接続を受け付けるものがありません。", unit);
  }
  if (state == "failed") {
    return say("{} failed ({}), so nobody takes connections.",
               "{} が失敗（{}）したため、接続を受け付けるものがありません。", unit, it.detail("result", "?"));
  }
  if (state == "activating") {
    return say("{} is still being started, so nobody takes connections yet.",
               "{} がまだ起動中のため、接続を受け付けるものがありません。", unit);
  }
  return say("No sshd listens on this host.", "このホストで sshd が待ち受けていません。");
}

// One that was stopped was stopped by somebody; one that failed was meant to run.
Risk risk_of(const SeenCase& it) {
  return it.raw("state") == "failed" ? Risk::safe : Risk::choice;
}

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = what_happened(it);
  ServiceStep start = start_service(it.input.facts);
  const bool systemd = it.input.facts.running.systemd;
  if (systemd && it.raw("state") == "failed")
    start.commands.push_back("journalctl -u " + unit_name(it.input.facts) + " -n 30");
  add_remedy(finding, "start", risk_of(it),
             say("Start it; its configuration and its files stand in nothing's way as far as they were read.",
                 "起動します。読み取れた範囲では、設定やファイルに起動を妨げるものはありません。"),
             std::move(start.steps), std::move(start.commands));
}

}  // namespace

constinit const Check kServiceNotRunning = {
    .cause = Cause::service_not_running,
    .severity = Severity::blocker,
    .title = {"sshd is not running", "sshd が稼働していません"},
    .why =
        {"No socket of sshd, nor one that systemd holds for it, listens on this host. Clients get "
         "`Connection "
         "refused`. The kernel was asked, not a file: a unit that is called active may serve nobody, and one "
         "that is called inactive may be served by its socket.",
         "sshd 自身のソケットも、systemd が sshd "
         "のために持つソケットも待ち受けていません。クライアントは `Connection refused` "
         "になります。ファイルではなくカーネルに問い合わせた結果です。active "
         "と表示されていても応答しない場合や、"
         "inactive でもソケットが応答する場合があるためです。"},
    .remedy = {"Start the unit; where it failed, `journalctl -u ssh` has its last words.",
               "ユニットを起動します。失敗している場合は `journalctl -u ssh` に最後のメッセージがあります。"},
    .tells_apart = {"It is refused from everywhere, and `ss -ltn` on the server shows no listener.",
                    "どこからでも拒否され、サーバーの `ss -ltn` に待ち受けがありません。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kServiceNotRunning, tell); },
};

}  // namespace reentry
