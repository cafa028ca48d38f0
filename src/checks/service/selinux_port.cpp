// service/selinux-port
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation =
      say("sshd ({}) may not listen on port {}: the policy calls that port {}.",
          "sshd（{}）はポート {} で待ち受けできません。ポリシー上、このポートの種類は {} です。",
          it.detail("domain"), it.detail("port"), it.detail("type"));
  const std::string port = it.detail("port");
  const std::string_view type = it.raw("type");
  const bool owned = type != "unreserved_port_t" && type != "reserved_port_t" && type != "port_t" &&
                     type != "hi_reserved_port_t";
  const std::string verb =
      owned ? "semanage port -m -t ssh_port_t -p tcp " : "semanage port -a -t ssh_port_t -p tcp ";
  add_advice(
      finding, "port",
      say("Let sshd have the port, on the running host (from a rescue disk: chroot with the policy's tools).",
          "稼働中のホストで、sshd にこのポートを許可します（レスキュー環境ではポリシーのツールを chroot "
          "で使います）。"),
      {verb + shell_word(port), "systemctl restart sshd"});
  const Steps back =
      it.at.line == 0 ? Steps{} : replace_line(it.input.facts, it.at.path, it.at.line, {"Port 22"});
  if (!back.empty()) {
    add_remedy(finding, "port-22", Risk::choice,
               say("Listen on port 22 again, which sshd may always have.",
                   "sshd に常に許可されているポート 22 に戻します。"),
               back);
  }
}

}  // namespace

constinit const Check kServiceSelinuxPort = {
    .cause = Cause::service_selinux_port,
    .severity = Severity::blocker,
    .title = {"SELinux does not let sshd listen on its port",
              "SELinux が sshd にそのポートでの待ち受けを許可しません"},
    .why =
        {"Ports have labels too. The policy lets sshd bind ports of type ssh_port_t, which is 22 unless "
         "somebody added others. On another port sshd logs `Bind to port P on A failed: Permission denied.` "
         "and, where it has no port left, `Cannot bind any address.` and ends. Ports of the ephemeral range "
         "are not checked.",
         "ポートにもラベルがあります。ポリシーが sshd に許可するのは ssh_port_t のポートで、追加しない限り "
         "22 "
         "だけです。それ以外では `Bind to port P on A failed: Permission denied.` "
         "と記録され、使えるポートが一つも"
         "ないと `Cannot bind any address.` で終了します。エフェメラルポートの範囲は検査されません。"},
    .remedy = {"`semanage port -a -t ssh_port_t -p tcp PORT` on the running host, or port 22.",
               "稼働中のホストで `semanage port -a -t ssh_port_t -p tcp PORT` を実行するか、ポート 22 "
               "に戻します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kServiceSelinuxPort, tell); },
};

}  // namespace reentry
