// banner/max-startups
#include "base/shown.hpp"
#include "checks/config_edits.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

// The bound is as it may be, and reached.
void tell_full(const SeenCase& it, Finding& finding) {
  finding.explanation = say(
      "sshd turned a new connection away at this moment: as many as MaxStartups allows have not logged in "
      "yet. Scanners and hung clients hold them until LoginGraceTime ends.",
      "現在、sshd は新しい接続を断っています。ログイン前の接続が MaxStartups "
      "の上限に達しています。スキャナーや応答しないクライアントの接続は LoginGraceTime まで残ります。");
  add_advice(finding, "look",
             say("See who holds them; end them or wait, then try again.",
                 "どこからの接続かを確認し、切断するか、しばらく待ってから再試行します。"),
             {"ss -tnp state established '( sport = :ssh )'",
              "journalctl -u " + unit_name(it.input.facts) + " -n 50"});
}

void tell(const SeenCase& it, Finding& finding) {
  if (it.has("full")) {
    tell_full(it, finding);
    return;
  }
  finding.explanation = say("{}: `{}` lets no connection begin.",
                            "{} の `{}` により、接続を一つも開始できません。", it.where(), shown(it.at.text));
  add_remedy(finding, "drop", Risk::choice,
             say("Comment the line out; the default bound then holds.",
                 "この行をコメントにし、既定の上限に戻します。"),
             drop_line(it, "reentry: let no connection begin"),
             {edit_command(it), reload_command(it.input.facts)});
}

}  // namespace

constinit const Check kBannerMaxStartups = {
    .cause = Cause::banner_max_startups_zero,
    .severity = Severity::blocker,
    .title = {"sshd takes no new connections", "sshd が新しい接続を受け付けない設定です"},
    .why =
        {"MaxStartups and PerSourceMaxStartups bound the connections that have not logged in yet. With a "
         "bound of 0 every connection is dropped before the banner: the client sees `Exceeded MaxStartups`, "
         "`Not allowed at this time` or a closed connection. `sshd -t` accepts such values.",
         "MaxStartups と PerSourceMaxStartups は、まだログインしていない接続の数を制限します。0 "
         "にすると、バナーを送る前にすべての接続が切られます。クライアントには `Exceeded MaxStartups`、`Not "
         "allowed at this time` と表示されるか、ただ切断されます。`sshd -t` はこの値を受け入れます。"},
    .remedy = {"Use the default (MaxStartups 10:30:100, PerSourceMaxStartups none).",
               "既定値（MaxStartups 10:30:100、PerSourceMaxStartups none）に戻します。"},
    .tells_apart = {"It happens now and then, not every time.", "毎回ではなく、時々起こります。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kBannerMaxStartups, tell); },
};

}  // namespace reentry
