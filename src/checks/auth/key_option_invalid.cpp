// auth/key-option-invalid
#include "checks/auth/key_lines.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"
#include "facts/authorized_keys.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation =
      say("{}: sshd passes the line over ({}).", "{}: sshd はこの行を読み飛ばします（{}）。", it.where(),
          it.detail("error", it.detail("damage", "bad key options")));
  // What the option was to forbid is not known for certain, so the key is added without it only by choice.
  const PublicKey* key = asked_key(it);
  add_remedy(finding, "authorize", Risk::choice,
             say("Add the key as a new line without options. It then has every right of the account.",
                 "オプションなしの新しい行として鍵を追加します。アカウントのすべての権限が与えられます。"),
             key == nullptr ? Steps{} : authorize(it, *key, it.has("path") ? it.raw("path") : it.at.path),
             {authorize_command(it, it.path())});
  add_advice(finding, "correct",
             say("Better: correct the option.", "より望ましいのは、オプションを修正することです。"),
             {"man 8 sshd   # AUTHORIZED_KEYS FILE FORMAT"});
}

}  // namespace

constinit const Check kAuthKeyOptionInvalid = {
    .cause = Cause::auth_key_option_invalid,
    .severity = Severity::blocker,
    .title = {"An option in front of the key is invalid", "鍵の前のオプションに誤りがあります"},
    .why = {"Options stand in front of a key, separated by commas and without blanks outside of quotes. One "
            "that sshd does not know, a missing quotation mark or a stray blank makes it pass the whole line "
            "over, so the key is as good as absent. The reason only shows at debug level.",
            "オプションは鍵の前にカンマ区切りで書き、引用符の外に空白を入れることはできません。sshd "
            "の知らないオプション、閉じていない引用符、余分な空白があると行全体が読み飛ばされ、鍵がないのと同"
            "じになります。理由は debug レベルのログにしか現れません。"},
    .remedy = {"Correct the option. Taking it away may give the key more rights than it was to have.",
               "オプションを修正します。単に取り除くと、鍵に本来より多くの権限を与えることがあります。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kAuthKeyOptionInvalid, tell); },
};

}  // namespace reentry
