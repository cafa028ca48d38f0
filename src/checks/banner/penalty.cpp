// banner/penalty
#include "base/shown.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say("{} says: {}", "{} の応答: {}", it.where(), shown(it.at.text));
  add_advice(finding, "wait",
             say("Each further try adds to it. On the server, an exemption for an address that is yours:",
                 "再試行するほど延びます。サーバー側で自分のアドレスを除外するには:"),
             {"sudo sshd -T | grep -i persource"});
}

}  // namespace

constinit const Check kBannerPenalty = {
    .cause = Cause::banner_penalty,
    .severity = Severity::blocker,
    .from_client = true,
    .title = {"sshd has shut this address out for a while", "sshd がこのアドレスを一時的に締め出しています"},
    .why = {"Since OpenSSH 9.8 sshd keeps penalties by address (PerSourcePenalties): failed logins, "
            "connections that end without one and crashes add seconds, and above 15 it answers `Not allowed "
            "at this time`, for ten minutes at most. MaxStartups looks the same from outside. Scanners "
            "behind the same NAT count for you, too.",
            "OpenSSH 9.8 以降の sshd "
            "はアドレスごとに罰則（PerSourcePenalties）を記録します。認証失敗、認証なしの切断、異常終了で秒数"
            "が加算され、15 秒を超えると最長 10 分 `Not allowed at this time` を返します。MaxStartups "
            "でも同じ見え方です。同じ NAT の背後の通信も合算されます。"},
    .remedy = {"Wait ten minutes without trying, or come from another address.",
               "10 分ほど接続を試みずに待つか、別のアドレスから接続します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kBannerPenalty, tell); },
};

}  // namespace reentry
