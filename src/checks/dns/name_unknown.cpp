// dns/name-unknown
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation =
      say("No address is known for {}.", "{} のアドレスが見つかりません。", it.detail("name"));
  const std::string name = it.detail("name");
  if (it.raw("slip") == "port") {
    const std::size_t colon = name.find(':');
    add_advice(finding, "port", say("ssh wants the port by itself.", "ポートは -p で指定します。"),
               {"ssh -p " + shell_word(name.substr(colon + 1)) + " " +
                shell_word(it.user() + "@" + name.substr(0, colon))});
  }
  if (it.raw("slip") == "url" || it.raw("slip") == "characters")
    add_advice(finding, "name", say("ssh wants the host's name alone.", "ホスト名だけを指定します。"));
  add_advice(
      finding, "ask",
      say("Ask the resolver, and a public name server.", "リゾルバーと公開 DNS に問い合わせます。"),
      {"getent ahosts " + shell_word(it.detail("name")), "dig +short " + shell_word(it.detail("name"))});
}

}  // namespace

constinit const Check kDnsNameUnknown = {
    .cause = Cause::dns_name_unknown,
    .severity = Severity::blocker,
    .from_client = true,
    .title = {"The host name is known to nobody", "ホスト名を解決できません"},
    .why = {"The resolver of this machine finds no address: the name is mistyped, the record is gone with "
            "its instance, it is an alias of somebody else's ssh_config, a name of an internal zone that "
            "only the VPN's name servers know, or a URL or `host:port` was pasted (ssh wants -p PORT).",
            "このマシンのリゾルバーでアドレスが見つかりません。入力ミス、インスタンスと共に消えたレコード、他"
            "人の ssh_config の別名、VPN の DNS だけが知る内部名、URL や `host:port` の貼り付け（ssh では -p "
            "を使います）などが考えられます。"},
    .remedy = {"Check the spelling; ask for the address; join the VPN; give the port with -p.",
               "綴りを確認する、アドレスを調べる、VPN に接続する、ポートは -p で指定する。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kDnsNameUnknown, tell); },
};

}  // namespace reentry
