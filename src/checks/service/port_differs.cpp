// service/port-differs
#include "checks/config_edits.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  const std::string port = it.detail("port", it.detail("ports", "?"));
  finding.explanation =
      say("sshd listens on port {} ({}), not on 22 where clients look by default.",
          "sshd は既定の 22 番ではなく、{} 番ポートで待ち受けています（{}）。", port, it.where());
  add_advice(
      finding, "dial",
      say("Dial that port; the firewall must let it through.",
          "そのポートを指定して接続します。ファイアウォールでも許可が必要です。"),
      {"ssh -p " + shell_word(port) + " " + shell_word(it.user().empty() ? "USER" : it.user()) + "@HOST"});
}

}  // namespace

constinit const Check kServicePortDiffers = {
    .cause = Cause::service_port_differs,
    .severity = Severity::blocker,
    .title = {"sshd listens on another port", "sshd が別のポートで待ち受けています"},
    .why = {"A client that is told nothing dials port 22. When Port (or ssh.socket) names another one, it "
            "gets `Connection refused`. The other gates of a port change are the firewall, SELinux' "
            "ssh_port_t and, in a cloud, the security group: all of them must know the new port.",
            "クライアントは指定がなければ 22 番ポートに接続します。Port（または "
            "ssh.socket）が別のポートを指していると `Connection refused` "
            "になります。ポートを変える場合は、ファイアウォール、SELinux の "
            "ssh_port_t、クラウドのセキュリティグループにも新しいポートを設定する必要があります。"},
    .remedy = {"Use the port that sshd really has (ssh -p PORT), or put port 22 back.",
               "sshd が実際に使っているポートを指定する（ssh -p PORT）か、22 番に戻します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kServicePortDiffers, tell); },
};

}  // namespace reentry
