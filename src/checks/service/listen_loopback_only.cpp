// service/listen-loopback-only
#include "base/shown.hpp"
#include "checks/config_edits.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation =
      say("{}: `{}` binds sshd to the host itself; no client from outside reaches it.",
          "{} の `{}` により、sshd はホスト自身からの接続しか受けません。外からは到達できません。",
          it.where(), shown(it.at.text));
  add_remedy(finding, "drop", Risk::choice,
             say("Comment the line out, so that sshd listens on every address of the host.",
                 "この行をコメントにし、ホストのすべてのアドレスで待ち受けるようにします。"),
             drop_line(it, "reentry: was reachable from this host only"),
             {edit_command(it), reload_command(it.input.facts)});
}

}  // namespace

constinit const Check kServiceListenLoopbackOnly = {
    .cause = Cause::service_listen_loopback_only,
    .severity = Severity::blocker,
    .title = {"sshd listens on the loopback address only",
              "sshd がループバックアドレスでしか待ち受けていません"},
    .why = {"With ListenAddress 127.0.0.1 or ::1 sshd can only be reached from the host itself. Everybody "
            "else gets `Connection refused` although the service runs and `sshd -t` is content. The line is "
            "often left over from a tunnel or a test.",
            "ListenAddress が 127.0.0.1 や ::1 だけの場合、sshd "
            "にはそのホスト自身からしか接続できません。サービスは稼働し `sshd -t` も正常ですが、ほかからは "
            "`Connection refused` になります。トンネルや試験のための設定が残っていることがよくあります。"},
    .remedy = {"Add the address that clients use, or leave ListenAddress out.",
               "クライアントが使うアドレスを追加するか、ListenAddress を外します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kServiceListenLoopbackOnly, tell); },
};

}  // namespace reentry
