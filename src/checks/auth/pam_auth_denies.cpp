// auth/pam-auth-denies
#include "base/shown.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say("{}: `{}` refuses the password of {}{}.",
                            "{} の `{}` が {} のパスワードを拒否します{}。", it.where(), shown(it.at.text),
                            it.user(), it.has("module") ? " (" + it.detail("module") + ")" : std::string());
  add_remedy(finding, "drop", Risk::choice,
             say("Comment the line out. What it asked for is then not asked any more.",
                 "この行をコメントにします。この行による確認は行われなくなります。"),
             it.at.line == 0 || it.at.text.find("pam_unix") != std::string::npos
                 ? Steps{}
                 : comment_out(it.input.facts, it.at.path, it.at.line, it.at.line,
                               "reentry: refused every password"),
             {"vi +" + std::to_string(it.at.line) + " " + shell_word(shown(it.at.path, 0))});
}

}  // namespace

constinit const Check kAuthPamAuthDenies = {
    .cause = Cause::auth_pam_stack_denies,
    .severity = Severity::blocker,
    .title = {"PAM refuses every password", "PAM がすべてのパスワードを拒否します"},
    .why = {"The auth stack of /etc/pam.d/sshd decides about passwords. A required module that is missing, "
            "fails or asks for something the user does not have (a one-time code that was never enrolled) "
            "refuses the right password too. Keys don't pass through this stack.",
            "パスワードは /etc/pam.d/sshd の auth "
            "スタックで判定されます。必須のモジュールがない、失敗する、ユーザーが持たないもの（登録していない"
            "ワンタイムコードなど）を要求する場合、正しいパスワードも拒否されます。鍵認証はこのスタックを通り"
            "ません。"},
    .remedy = {"Bring the module back, or take its line out of the stack.",
               "モジュールを復元するか、その行をスタックから外します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kAuthPamAuthDenies, tell); },
};

}  // namespace reentry
