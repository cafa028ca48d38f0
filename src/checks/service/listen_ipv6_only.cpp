// service/listen-ipv6-only
#include "base/shown.hpp"
#include "checks/config_edits.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation =
      say("{}: `{}` leaves sshd without an IPv4 socket.",
          "{} の `{}` により、sshd は IPv4 で待ち受けていません。", it.where(), shown(it.at.text));
  add_remedy(finding, "drop", Risk::choice,
             say("Comment the line out, so that sshd serves IPv4 as well.",
                 "この行をコメントにし、IPv4 でも応答するようにします。"),
             drop_line(it, "reentry: left no IPv4 socket"),
             {edit_command(it), reload_command(it.input.facts)});
}

}  // namespace

constinit const Check kServiceListenIpv6Only = {
    .cause = Cause::service_listen_ipv6_only,
    .severity = Severity::blocker,
    .title = {"sshd listens on IPv6 only", "sshd が IPv6 でしか待ち受けていません"},
    .why = {"OpenSSH binds IPv6 sockets for IPv6 alone, so ListenAddress :: or AddressFamily inet6 never "
            "serves an IPv4 client. Such clients get `Connection refused` while the service looks healthy.",
            "OpenSSH の IPv6 ソケットは IPv6 専用のため、ListenAddress :: や AddressFamily inet6 だけでは "
            "IPv4 のクライアントに応答しません。サービスは正常に見えますが、IPv4 からは `Connection refused` "
            "になります。"},
    .remedy = {"Let sshd listen on IPv4 too (AddressFamily any, and a ListenAddress of IPv4 or none).",
               "IPv4 でも待ち受けるようにします（AddressFamily any と、IPv4 の ListenAddress、または "
               "ListenAddress なし）。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kServiceListenIpv6Only, tell); },
};

}  // namespace reentry
