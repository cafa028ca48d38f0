// session/user-rc
#include "base/shown.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation =
      say("{}: `{}` ends the session before the command runs.",
          "{}: `{}` がコマンドの実行前にセッションを終了させます。", it.where(), shown(it.at.text));
  add_remedy(finding, "drop", Risk::choice, say("Comment the line out.", "この行をコメントにします。"),
             it.at.line == 0 ? Steps{}
                             : comment_out(it.input.facts, it.at.path, it.at.line, it.at.line,
                                           "reentry: ended every session"),
             {"ssh -t " + shell_word(it.user()) + "@HOST bash --norc",
              "vi +" + std::to_string(it.at.line) + " " + shell_word(shown(it.at.path, 0))});
}

}  // namespace

constinit const Check kSessionUserRc = {
    .cause = Cause::session_user_rc,
    .severity = Severity::blocker,
    .title = {"The shell's start-up file ends the session", "シェルの起動ファイルがセッションを終了させます"},
    .why =
        {"bash reads ~/.bashrc even for a command that comes by ssh. An `exit`, or an `exec` of a program "
         "that ends or is not there, takes the session with it before the command runs: the login works and "
         "closes at once.",
         "bash は ssh 経由のコマンドでも ~/.bashrc を読みます。`exit` "
         "や、すぐ終わるか存在しないプログラムへの `exec` "
         "があると、コマンドの実行前にセッションが終わります。ログインは成功しますが、すぐに切断されます。"},
    .remedy = {"Take the line out, or run it only in interactive shells.",
               "その行を外すか、対話シェルでだけ実行されるようにします。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kSessionUserRc, tell); },
};

}  // namespace reentry
