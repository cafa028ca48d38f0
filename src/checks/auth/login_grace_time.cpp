// auth/login-grace-time
#include "checks/config_edits.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

// A person with a key is in within a second, unless DNS, a directory or a second factor is slow; less than
// this is a trap all the same. Whether it refuses depends on the moment, so that it is never called a
// blocker.
constexpr long kShortSeconds = 5;

Verdict judge_grace_time(const CheckInput& input) {
  const EffectiveConfig startup = effective_config(input.facts.config, input.facts.ssh, MatchContext{});
  const Setting& setting = startup["logingracetime"];
  const long seconds = startup.number("logingracetime");
  if (setting.at.is_default() || seconds <= 0 || seconds >= kShortSeconds) return Fine{};
  Obstacle obstacle;
  obstacle.cause = Cause::auth_login_grace_time;
  obstacle.at = {"file", setting.at.file, setting.at.line, "LoginGraceTime " + setting.first()};
  const SeenObstacle here{&obstacle, nullptr, {}};
  const SeenCase it(input, here);
  Finding finding;
  finding.cause = obstacle.cause;
  finding.severity = Severity::notice;
  finding.certainty = Certainty::possible;
  finding.locus = obstacle.at;
  finding.evidence.push_back(obstacle.at);
  finding.title = kAuthLoginGraceTime.title.text();
  finding.explanation =
      say("{} leaves {} seconds from the first packet to the end of the login.",
          "{} により、最初のパケットからログイン完了までの時間が {} 秒しかありません。", it.where(), seconds);
  add_remedy(finding, "default", Risk::choice,
             say("Comment the line out; 120 seconds is the default.",
                 "この行をコメントにします（既定値は 120 秒です）。"),
             drop_line(it, "reentry: too short to log in"), {edit_command(it), reload_command(input.facts)});
  return std::vector<Finding>{std::move(finding)};
}

}  // namespace

constinit const Check kAuthLoginGraceTime = {
    .cause = Cause::auth_login_grace_time,
    .severity = Severity::notice,
    .title = {"LoginGraceTime is very short", "LoginGraceTime が非常に短く設定されています"},
    .why =
        {"LoginGraceTime runs from the moment the connection is accepted until the login has succeeded. When "
         "it is over sshd just closes the connection, and on many builds it logs nothing. 0 means no limit.",
         "LoginGraceTime は接続を受け付けてからログインに成功するまでの制限時間です。過ぎると sshd "
         "は単に接続を閉じ、多くのビルドではログにも何も残りません。0 は無制限を意味します。"},
    .remedy = {"Use the default of 120 seconds.", "既定値の 120 秒に戻します。"},
    .tells_apart = {"sshd's log says `Timeout before authentication`.",
                    "sshd のログに `Timeout before authentication` が現れます。"},
    .evaluate = judge_grace_time,
};

}  // namespace reentry
