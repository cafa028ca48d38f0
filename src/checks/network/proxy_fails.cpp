// network/proxy-fails
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation =
      say("`{}` said: {}", "`{}` のメッセージ: {}", it.detail("through"), it.detail("said"));
  add_advice(finding, "hop", say("Diagnose the jump host first.", "まず踏み台を診断します。"),
             {"reentry diagnose JUMPHOST"});
}

}  // namespace

constinit const Check kNetworkProxyFails = {
    .cause = Cause::network_proxy_fails,
    .severity = Severity::blocker,
    .from_client = true,
    .title = {"The way through the proxy or jump host ends early",
              "プロキシまたは踏み台の先に到達できません"},
    .why = {"ProxyJump and ProxyCommand give ssh a program to speak through. That program ended before the "
            "server's first byte: it is not installed, the jump host refused the login, forbids forwarding, "
            "can't resolve the inner name or does not reach the inner host. ssh then only says `Connection "
            "closed by UNKNOWN port 65535`.",
            "ProxyJump や ProxyCommand "
            "では別のプログラムを介して通信します。サーバーの最初の応答より前にそのプログラムが終了しました。"
            "未インストール、踏み台でのログイン拒否や転送禁止、内側の名前解決の失敗、内側ホストへの不到達など"
            "です。ssh 自体は `Connection closed by UNKNOWN port 65535` としか表示しません。"},
    .remedy = {"Mend what the program says; diagnose the jump host by itself.",
               "プログラムのメッセージに従って直し、踏み台を単独で診断します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kNetworkProxyFails, tell); },
};

}  // namespace reentry
