// network/only-some-sources
#include "base/shown.hpp"
#include "checks/every_check.hpp"
#include "checks/network/firewall_words.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say("Port {} is reached from {} alone; others meet {}.",
                            "{} 番ポートに到達できるのは {} からのみです。それ以外は {} により止められます。",
                            it.detail("port"), it.detail("passing"), rule_words(it));
  add_advice(finding, "ask",
             say("Name the client's address to have it judged.", "接続元アドレスを指定して判定します。"),
             {"reentry check --from ADDRESS"});
}

}  // namespace

constinit const Check kNetworkOnlySomeSources = {
    .cause = Cause::network_only_some_sources,
    .severity = Severity::notice,
    .title = {"The firewall lets only some addresses in",
              "ファイアウォールは一部のアドレスだけを許可しています"},
    .why =
        {"The rules of the packet filter accept ssh from some addresses and refuse it from all others. That "
         "is "
         "usually meant so; whoever travels, or whose provider has given another address, is kept out by it.",
         "パケットフィルターのルールが、一部のアドレスからの ssh "
         "だけを許可し、それ以外を拒否しています。通常は意図した設定ですが、外出先からの接続や、プロバイダー"
         "による"
         "アドレスの変更で締め出されることがあります。"},
    .remedy = {"Ask with --from ADDRESS whether that address gets in.",
               "--from アドレス を付けて、そのアドレスから到達できるか確認します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kNetworkOnlySomeSources, tell); },
};

}  // namespace reentry
