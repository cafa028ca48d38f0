// banner/hosts-deny
#include "base/shown.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  const std::optional<std::string>& from = it.seen.traces.front()->question.from;
  const std::string address = from ? shown(*from) : it.detail("address", "ADDRESS");
  finding.explanation =
      say("`{}` ({}) refuses connections from {}, and no line of /etc/hosts.allow lets them in.",
          "`{0}`（{1}）により {2} からの接続が拒否されます。/etc/hosts.allow にも許可する行がありません。",
          shown(it.at.text), it.where(), address);
  const bool exists = bytes_of(it.input.facts, "/etc/hosts.allow").has_value();
  Steps steps;
  if (from && exists) steps = prepend_line(it.input.facts, "/etc/hosts.allow", "sshd: " + *from);
  const FileFact* fact = it.input.facts.paths.find(HostPath("/etc/hosts.allow"));
  if (from && !exists && (fact == nullptr || fact->path.end == PathEnd::absent))
    steps.push_back(CreateFile{HostPath("/etc/hosts.allow"), "sshd: " + *from + "\n", 0644, 0, 0});
  add_remedy(finding, "allow", Risk::choice,
             say("Let {} in by a line of /etc/hosts.allow.",
                 "/etc/hosts.allow に {} を許可する行を加えます。", address),
             std::move(steps), {"sed -i '1i sshd: " + address + "' /etc/hosts.allow"});
}

}  // namespace

constinit const Check kBannerHostsDeny = {
    .cause = Cause::banner_hosts_deny,
    .severity = Severity::blocker,
    .title = {"TCP wrappers refuse the client's address", "TCP Wrappers が接続元アドレスを拒否しています"},
    .why =
        {"Where sshd is linked against libwrap (Debian, Ubuntu, older Red Hat and Amazon Linux 2) it asks "
         "/etc/hosts.allow and then /etc/hosts.deny before it sends its banner. The first matching line "
         "decides, and the daemon's name there is sshd, not ssh. The client sees "
         "`kex_exchange_identification: Connection closed by remote host`, the log `refused connect from`.",
         "sshd が libwrap にリンクされている場合（Debian、Ubuntu、古い Red Hat、Amazon Linux "
         "2）、バナーを送る前に /etc/hosts.allow、続いて /etc/hosts.deny "
         "を調べます。最初に一致した行で決まり、デーモン名は ssh ではなく sshd です。クライアントには "
         "`kex_exchange_identification: Connection closed by remote host` と表示され、ログには `refused "
         "connect from` と記録されます。"},
    .remedy = {"Add a line for the address to /etc/hosts.allow (sshd: ADDRESS).",
               "/etc/hosts.allow に接続元アドレスの行（sshd: アドレス）を追加します。"},
    .tells_apart = {"Another address is let in, and sshd's log says `refused connect from`.",
                    "別のアドレスからは接続でき、sshd のログに `refused connect from` が現れます。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kBannerHostsDeny, tell); },
};

}  // namespace reentry
