// session/home-missing
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation =
      say("The home {} of {} does not exist; sessions begin in /.",
          "{1} のホーム {0} が存在せず、セッションは / で始まります。", it.detail("home", "?"), it.user());
  add_advice(finding, "create", say("Make the home directory.", "ホームディレクトリを作成します。"),
             {"mkhomedir_helper " + shell_word(it.user())});
}

}  // namespace

constinit const Check kSessionHomeMissing = {
    .cause = Cause::session_home_missing,
    .severity = Severity::notice,
    .title = {"The home directory does not exist", "ホームディレクトリが存在しません"},
    .why = {"A session without a home begins in / with the line `Could not chdir to home directory`. That is "
            "no reason to refuse a login, but most programs expect a home.",
            "ホームがないセッションは、`Could not chdir to home directory` と表示して / "
            "で始まります。ログインが拒否されることはありませんが、多くのプログラムはホームを必要とします。"},
    .remedy = {"Make the home, or mount the volume that it lies on.",
               "ホームを作成するか、ホームのあるボリュームをマウントします。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kSessionHomeMissing, tell); },
};

}  // namespace reentry
