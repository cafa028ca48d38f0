// service/config-contradiction
#include "base/shown.hpp"
#include "checks/config_edits.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say("{}: `{}` can't hold together with the other settings ({}). sshd does not start.",
                            "{} の `{}` はほかの設定と両立しません（{}）。sshd は起動しません。", it.where(),
                            shown(it.at.text), it.detail("message", it.detail("problem", "contradiction")));
  add_remedy(finding, "drop", Risk::choice,
             say("Comment the line out. What it was meant to enforce is then not enforced.",
                 "この行をコメントにします。この設定による制限や機能は失われます。"),
             drop_line(it, "reentry: contradicts other settings"),
             {edit_command(it), reload_command(it.input.facts)});
}

}  // namespace

constinit const Check kServiceConfigContradiction = {
    .cause = Cause::service_config_contradiction,
    .severity = Severity::blocker,
    .title = {"Settings of sshd_config contradict each other", "sshd_config の設定どうしが矛盾しています"},
    .why = {"Some settings are only judged together, after the whole file was read: AuthorizedKeysCommand "
            "needs AuthorizedKeysCommandUser, AuthorizedPrincipalsCommand its own user, and "
            "AuthenticationMethods must leave at least one list whose methods are all switched on. sshd "
            "refuses to start otherwise, with status 255.",
            "一部の設定は、ファイル全体を読み終えた後に組み合わせで判定されます。AuthorizedKeysCommand には "
            "AuthorizedKeysCommandUser が、AuthorizedPrincipalsCommand "
            "には専用のユーザーが必要で、AuthenticationMethods "
            "には有効な方式だけからなる組が一つ以上必要です。満たさない場合、sshd はステータス 255 "
            "で起動を拒否します。"},
    .remedy = {"Add the setting that is missing, or take out the one that can't be met.",
               "足りない設定を加えるか、満たせない設定を外します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kServiceConfigContradiction, tell); },
};

}  // namespace reentry
