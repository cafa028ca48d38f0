// dns/resolver-fails
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation =
      say("None of the name servers answered for {}.",
          "{} について、どのネームサーバーからも有効な応答がありません。", it.detail("name"));
  add_advice(finding, "look",
             say("See which servers are asked, and whether they are reachable.",
                 "問い合わせ先と到達性を確認します。"),
             {"cat /etc/resolv.conf", "resolvectl status"});
}

}  // namespace

constinit const Check kDnsResolverFails = {
    .cause = Cause::dns_resolver_fails,
    .severity = Severity::blocker,
    .from_client = true,
    .title = {"No name server answers", "ネームサーバーが応答しません"},
    .why = {"The name may be right: those who should know do not answer, or answer SERVFAIL. The network is "
            "down, the VPN's name server is unreachable, or /etc/resolv.conf names one that is gone. ssh "
            "says `Temporary failure in name resolution`.",
            "名前自体は正しい可能性があります。ネームサーバーが応答しないか SERVFAIL "
            "を返しています。ネットワーク断、VPN の DNS に届かない、/etc/resolv.conf "
            "が古い、などの場合です。ssh は `Temporary failure in name resolution` と表示します。"},
    .remedy = {"Bring the network or the VPN up, or use the address instead of the name.",
               "ネットワークや VPN を復旧するか、名前の代わりにアドレスを使います。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kDnsResolverFails, tell); },
};

}  // namespace reentry
