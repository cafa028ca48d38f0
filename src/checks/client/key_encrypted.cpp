// client/key-encrypted
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation =
      say("{} is encrypted, and no agent holds it: the login was not tried to its end.",
          "{} は暗号化されており、エージェントにもないため、ログインの最後までは試していません。", it.path());
  add_advice(finding, "agent", say("Give it to the agent.", "エージェントに登録します。"),
             {"ssh-add " + shell_word(it.detail("path"))});
}

}  // namespace

constinit const Check kClientKeyEncrypted = {
    .cause = Cause::client_key_encrypted,
    .severity = Severity::notice,
    .from_client = true,
    .title = {"The key wants its passphrase", "鍵にパスフレーズが必要です"},
    .why = {"A private key that is encrypted can be offered, but to sign with it ssh asks for the "
            "passphrase. Without a terminal, in cron or with BatchMode, there is nobody to ask, and ssh goes "
            "on as if the key were not there.",
            "暗号化された秘密鍵は提示できますが、署名にはパスフレーズの入力が必要です。端末のない環境（cron "
            "など）や BatchMode では入力できず、鍵がないものとして処理が続きます。"},
    .remedy = {"Load it into an agent first: ssh-add.", "先に ssh-add でエージェントに登録します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kClientKeyEncrypted, tell); },
};

}  // namespace reentry
