// auth/home-missing
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say("The home of {} is {}, and there is no such directory; its keys can't be found.",
                            "{} のホーム {} が存在しないため、鍵が見つかりません。", it.user(), it.path());
  add_advice(finding, "mount",
             say("See whether a volume lacks, and where the home really is.",
                 "マウント漏れがないか、実際のホームがどこにあるかを確認します。"),
             {"findmnt --verify", "ls -ld /home/* ", "usermod -d NEW-HOME " + shell_word(it.user())});
}

}  // namespace

constinit const Check kAuthHomeMissing = {
    .cause = Cause::auth_home_missing,
    .severity = Severity::blocker,
    .title = {"The home directory does not exist", "ホームディレクトリが存在しません"},
    .why = {"Keys lie in the home directory by default; without it sshd finds none. Either the volume with "
            "the homes is not mounted, or /etc/passwd names a place that was never made. A missing home "
            "alone is no reason to refuse a login: with the keys elsewhere the session starts in `/`.",
            "鍵は既定ではホームディレクトリにあるため、ホームがないと鍵が見つかりません。ホームを置いたボリュ"
            "ームがマウントされていないか、/etc/passwd "
            "が存在しない場所を指しています。ホームがないこと自体はログイン拒否の理由にはならず、鍵が別の場所"
            "にあればセッションは `/` で始まります。"},
    .remedy = {"Mount the volume, or correct the home in /etc/passwd.",
               "ボリュームをマウントするか、/etc/passwd のホームを修正します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kAuthHomeMissing, tell); },
};

}  // namespace reentry
