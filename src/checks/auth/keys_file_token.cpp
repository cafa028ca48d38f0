// auth/keys-file-token
#include "base/shown.hpp"
#include "checks/config_edits.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say("{}: `{}` has the token {}, on which sshd ends the connection.",
                            "{} の `{}` にあるトークン {} により、sshd は接続を終了します。", it.where(),
                            shown(it.at.text), it.detail("token", "?"));
  add_remedy(
      finding, "drop", Risk::safe,
      say("Comment the line out; sshd then reads ~/.ssh/authorized_keys. The line has never let anybody in.",
          "この行をコメントにし、~/.ssh/authorized_keys "
          "を読むようにします。この行でログインできたことは一度もありません。"),
      drop_line(it, "reentry: unknown token"), {edit_command(it), reload_command(it.input.facts)});
}

}  // namespace

constinit const Check kAuthKeysFileToken = {
    .cause = Cause::auth_keys_file_token,
    .severity = Severity::blocker,
    .title = {"AuthorizedKeysFile has a token that sshd does not know",
              "AuthorizedKeysFile に未知のトークンがあります"},
    .why = {"In AuthorizedKeysFile sshd replaces %h, %u, %U and %%. Any other token kills the process that "
            "serves the login, so the connection just closes; `sshd -t` does not notice. The log says "
            "`vdollar_percent_expand: unknown key`.",
            "AuthorizedKeysFile では %h、%u、%U、%% "
            "が置き換えられます。それ以外のトークンがあるとログインを処理するプロセスが終了し、接続が切れます"
            "。`sshd -t` では分かりません。ログには `vdollar_percent_expand: unknown key` と記録されます。"},
    .remedy = {"Use a token that exists, or take the line out.",
               "存在するトークンに直すか、その行を外します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kAuthKeysFileToken, tell); },
};

}  // namespace reentry
