// service/port-taken
#include "base/shown.hpp"
#include "checks/config_edits.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say("{} (process {}) listens on {}, so sshd can't.",
                            "{}（プロセス {}）が {} で待ち受けているため、sshd は待ち受けできません。",
                            it.detail("program"), it.detail("pid"), it.detail("address"));
  add_advice(
      finding, "decide",
      say("Decide who is to have the port: stop the other program or give one of them another port, then "
          "start sshd.",
          "どちらがこのポートを使うかを決め、他方を停止するか別のポートに変えてから sshd を起動します。"),
      {"ss -ltnp 'sport = :" + it.detail("port") + "'", "systemctl status " + it.detail("pid"),
       "systemctl restart " + unit_name(it.input.facts)});
}

}  // namespace

constinit const Check kServicePortTaken = {
    .cause = Cause::service_port_taken,
    .severity = Severity::blocker,
    .title = {"another program has sshd's port", "別のプログラムが sshd のポートを使用しています"},
    .why =
        {"Two programs can't listen on the same address and port. sshd logs `Bind to port 22 on 0.0.0.0 "
         "failed: Address already in use` and, where no other address is left, ends. Clients reach the other "
         "program and get an odd banner, or none.",
         "同じアドレスとポートで待ち受けられるのは 1 つのプログラムだけです。sshd は `Bind to port 22 on "
         "0.0.0.0 failed: Address already in use` "
         "と記録し、他に使えるアドレスがなければ終了します。クライアントは別のプログラムに接続し、"
         "見慣れないバナーを受け取るか、何も返ってきません。"},
    .remedy = {"Stop the other program or move one of them to another port.",
               "別のプログラムを停止するか、どちらかのポートを変更します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kServicePortTaken, tell); },
};

}  // namespace reentry
