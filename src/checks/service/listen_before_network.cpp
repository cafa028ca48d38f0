// service/listen-before-network
#include "base/shown.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  const std::string unit(it.raw("unit"));
  finding.explanation =
      say("sshd listens on {} alone ({}), and {} does not wait for network-online.target: at boot the "
          "address may not be there yet.",
          "sshd は {} だけで待ち受けますが（{}）、{} は network-online.target "
          "を待ちません。起動時にこのアドレスがまだない可能性があります。",
          it.detail("address"), it.where(), shown(unit));
  finding.certainty = Certainty::possible;
  const std::string folder = "/etc/systemd/system/" + unit + ".d";
  add_advice(finding, "wait",
             say("Let sshd wait for the network.", "sshd がネットワークを待つようにします。"),
             {"mkdir -p " + shell_word(folder),
              R"(printf '[Unit]\nWants=network-online.target\nAfter=network-online.target\n' > )" +
                  shell_word(folder + "/network-online.conf"),
              "systemctl daemon-reload"});
}

}  // namespace

constinit const Check kServiceListenBeforeNetwork = {
    .cause = Cause::service_listen_before_network,
    .severity = Severity::risk,
    .title = {"sshd may start before its address is there",
              "アドレスが設定される前に sshd が起動する可能性があります"},
    .why =
        {"With a ListenAddress of its own, sshd binds just that address, and ends with `Cannot bind any "
         "address` where no interface has it yet. Units order sshd after network.target, which "
         "systemd-networkd, NetworkManager and DHCP reach before there is an address; Debian's unit is not "
         "even restarted after that exit status (RestartPreventExitStatus=255). By hand sshd starts without "
         "a complaint afterwards, so that nothing is seen until the next reboot.",
         "ListenAddress で特定のアドレスを指定すると、sshd はそのアドレスだけに bind "
         "し、どのインターフェースにも"
         "まだない場合は `Cannot bind any address` で終了します。ユニットは sshd を network.target の後に"
         "起動しますが、systemd-networkd、NetworkManager、DHCP ではアドレスの設定前に network.target "
         "に達します。"
         "Debian のユニットはこの終了コードでは再起動もされません（RestartPreventExitStatus=255）。"
         "後から手動で起動すると問題なく動くため、次に再起動するまで気付きません。"},
    .remedy = {"Order sshd after network-online.target, set net.ipv4.ip_nonlocal_bind, or listen on every "
               "address and filter.",
               "sshd を network-online.target の後に起動する、net.ipv4.ip_nonlocal_bind を設定する、"
               "またはすべてのアドレスで待ち受けてフィルターします。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kServiceListenBeforeNetwork, tell); },
};

}  // namespace reentry
