// system/clock
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation =
      it.raw("how") == "behind"
          ? say("The clock says {}, and {} was changed at {}.",
                "時計は {} を示していますが、{} の変更日時は {} です。", it.detail("now"), it.path(),
                it.detail("changed"))
          : say("The clock says {}; the newest of the files looked at, {}, is of {}.",
                "時計は {} を示していますが、調べたファイルのうち最も新しい {} は {} のものです。",
                it.detail("now"), it.path(), it.detail("changed"));
  finding.certainty = Certainty::likely;
  add_advice(finding, "set", say("Set the clock.", "時刻を合わせます。"),
             {"date -u; timedatectl", "chronyc makestep || timedatectl set-ntp true"});
}

}  // namespace

constinit const Check kSystemClock = {
    .cause = Cause::system_clock,
    .severity = Severity::notice,
    .title = {"The clock is wrong", "時計が正しくありません"},
    .why =
        {"Keys log in whatever the time is. What goes by the clock is the expiry-time of a key, a "
         "certificate's validity, the expiry of an account or its password, time.conf, one-time codes and "
         "Kerberos: with a clock that is days off they refuse, or accept what has ended. A dead battery, a "
         "restored snapshot or a network without NTP leave it so.",
         "鍵によるログインは時刻に左右されません。時刻に従うのは、鍵の expiry-time、証明書の有効期間、"
         "アカウントやパスワードの期限、time.conf、ワンタイムコード、Kerberos "
         "です。時計が何日もずれていると、"
         "これらは拒否したり、期限の切れたものを受け付けたりします。電池切れ、スナップショットの復元、"
         "NTP のないネットワークなどが原因です。"},
    .remedy = {"Set the clock, and see to it that it stays right.", "時刻を合わせ、同期を設定します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kSystemClock, tell); },
};

}  // namespace reentry
