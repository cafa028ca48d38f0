// banner/protocol-1
#include "base/shown.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say("{}: {}", "{}: {}", it.where(), shown(it.at.text));
  add_advice(finding, "console",
             say("Reach it another way and switch SSH 2 on.", "別の経路で接続し、SSH 2 を有効にします。"),
             {});
}

}  // namespace

constinit const Check kBannerProtocol1 = {
    .cause = Cause::banner_protocol_1,
    .severity = Severity::blocker,
    .from_client = true,
    .title = {"The server speaks SSH 1 alone", "サーバーは SSH 1 しか話しません"},
    .why = {"Protocol 1 is broken and gone from OpenSSH since 7.6. Old routers and switches still speak "
            "nothing else: `Protocol major versions differ`.",
            "プロトコル 1 は安全でなく、OpenSSH 7.6 "
            "で削除されました。古いルーターやスイッチには今もこれしか話さないものがあります（`Protocol major "
            "versions differ`）。"},
    .remedy = {"Bring the device's software up to date, or reach it by its console.",
               "機器のソフトウェアを更新するか、コンソールから操作します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kBannerProtocol1, tell); },
};

}  // namespace reentry
