// network/rate-limited
#include "base/shown.hpp"
#include "checks/every_check.hpp"
#include "checks/network/firewall_words.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation =
      say("New connections to port {} are limited by {}: one gets through, many in a row do not.",
          "{} 番ポートへの新しい接続は {} により制限されています。一回の接続は通りますが、"
          "続けて何度も接続すると止められます。",
          it.detail("port"), rule_words(it));
  add_advice(finding, "wait",
             say("Wait a minute between attempts, or use one connection for many sessions.",
                 "接続の間隔を一分ほど空けるか、一つの接続を共有します。"),
             {"ssh -o ControlMaster=auto -o ControlPath=~/.ssh/%C -o ControlPersist=60 HOST"});
}

}  // namespace

constinit const Check kNetworkRateLimited = {
    .cause = Cause::network_rate_limited,
    .severity = Severity::notice,
    .title = {"The firewall limits the rate of new connections",
              "ファイアウォールが新規接続の頻度を制限しています"},
    .why = {"A rule counts new connections (`ufw limit`, the matches recent, limit, hashlimit and connlimit, "
            "nft's "
            "limit and ct count). A first connection gets through; scripts that connect again and again are "
            "refused or "
            "dropped until some time has passed, which looks like a host that fails now and then.",
            "新しい接続の数を数えるルールがあります（`ufw limit`、recent、limit、hashlimit、connlimit、nft "
            "の limit や ct "
            "count）。最初の接続は通りますが、繰り返し接続するスクリプトなどは、しばらく時間が経つまで拒否ま"
            "たは破棄され、"
            "時々つながらないホストのように見えます。"},
    .remedy = {"Connect less often, share one connection, or except the address from the limit.",
               "接続の頻度を減らすか、一つの接続を共有するか、そのアドレスを制限の対象から外します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kNetworkRateLimited, tell); },
};

}  // namespace reentry
