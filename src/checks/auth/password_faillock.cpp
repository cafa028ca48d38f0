// auth/password-faillock
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say("{} has {} failures (limit {}); locked until {}.",
                            "{} の失敗回数は {} 回（上限 {}）で、解除時刻は {} です。", it.user(),
                            it.detail("failures", "?"), it.detail("deny", "?"), it.detail("until", "?"));
  Steps steps;
  const FileFact* tally = it.input.facts.paths.find(HostPath(it.at.path));
  if (tally != nullptr && tally->path.found() && tally->bytes && !it.at.path.empty())
    steps.push_back(RemoveFile{tally->path.real, *tally->bytes});
  add_remedy(finding, "reset", Risk::choice,
             say("Reset the count of {}.", "{} の失敗回数をリセットします。", it.user()), std::move(steps),
             {"faillock --user " + shell_word(it.user()) + " --reset"});
}

}  // namespace

constinit const Check kAuthPasswordFaillock = {
    .cause = Cause::auth_password_faillock,
    .severity = Severity::blocker,
    .title = {"Too many wrong passwords: the account is locked for passwords",
              "パスワードの失敗が続いたためロックされています"},
    .why = {"pam_faillock counts wrong passwords and refuses even the right one while the count is at its "
            "limit, for unlock_time seconds or, with 0, until an administrator resets it. The client can't "
            "tell this from a wrong password. Keys are not affected.",
            "pam_faillock "
            "は誤ったパスワードの回数を数え、上限に達している間は正しいパスワードも拒否します。unlock_time "
            "秒が過ぎるか、0 "
            "の場合は管理者が解除するまで続きます。クライアントからは誤ったパスワードと区別できません。鍵には"
            "影響しません。"},
    .remedy = {"Reset the count, or wait; use a key.",
               "失敗回数をリセットするか、時間が過ぎるのを待ちます。鍵の利用も検討してください。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kAuthPasswordFaillock, tell); },
};

}  // namespace reentry
