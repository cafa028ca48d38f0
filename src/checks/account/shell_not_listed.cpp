// account/shell-not-listed
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  const std::string shell = it.detail("shell", "?");
  finding.explanation = say("pam_shells refuses {}: {} is not usable by /etc/shells ({}).",
                            "pam_shells が {} を拒否します。{} は /etc/shells で認められていません（{}）。",
                            it.user(), shell, it.detail("why", "not listed"));
  Steps steps;
  const auto node = seen_node(it);
  if (it.raw("why") == "world-writable" && node) steps = set_mode(*node, node->mode & ~0022U);
  if (it.raw("why") == "not listed" && it.has("shell") && shell_word(it.raw("shell")) == it.raw("shell"))
    steps = append_lines(it.input.facts, "/etc/shells", {std::string(it.raw("shell"))});
  add_remedy(finding, "list", Risk::safe, say("Make {} a listed shell.", "{} を一覧に加えます。", shell),
             std::move(steps), {"echo " + shell_word(shell) + " >> /etc/shells"});
}

}  // namespace

constinit const Check kAccountShellNotListed = {
    .cause = Cause::account_pam_shells,
    .severity = Severity::blocker,
    .title = {"The shell is not listed in /etc/shells", "シェルが /etc/shells にありません"},
    .why = {"sshd itself never looks into /etc/shells, but pam_shells does where it stands in the account "
            "stack: the account's shell must be a whole line of the file, and the file must not be writable "
            "for everybody.",
            "sshd 自身は /etc/shells を参照しませんが、account スタックに pam_shells "
            "があれば調べられます。アカウントのシェルがファイルの 1 "
            "行と完全に一致し、ファイルが誰でも書き込める状態でないことが必要です。"},
    .remedy = {"Add the shell to /etc/shells.", "シェルを /etc/shells に追加します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kAccountShellNotListed, tell); },
};

}  // namespace reentry
