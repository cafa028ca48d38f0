// banner/silent
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say("{} accepted the connection and then said nothing.",
                            "{} は接続を受け付けた後、何も送ってきません。", it.where());
  add_advice(finding, "look",
             say("On the server: does loopback behave the same?",
                 "サーバー上で、ループバックでも同じか確認します。"),
             {"sudo reentry check", "uptime; free -m; df -h"});
}

}  // namespace

constinit const Check kBannerSilent = {
    .cause = Cause::banner_silent,
    .severity = Severity::blocker,
    .from_client = true,
    .title = {"The port takes connections, and nobody speaks", "接続は受け付けられますが応答がありません"},
    .why = {"The kernel of the host, or something in front of it, accepts the connection, and no "
            "identification comes: sshd is starved (swap, disk, load), hangs in a DNS question, or the port "
            "is another program's. ssh says `Connection timed out during banner exchange`.",
            "ホストのカーネルまたは手前の機器が接続を受け付けましたが、識別文字列が届きません。sshd "
            "の資源不足（スワップ、ディスク、負荷）、DNS 待ち、別プログラムのポートなどです。ssh は "
            "`Connection timed out during banner exchange` と表示します。"},
    .remedy = {"Look at the host's load, memory and disk from its console.",
               "コンソールからホストの負荷・メモリ・ディスクを確認します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kBannerSilent, tell); },
};

}  // namespace reentry
