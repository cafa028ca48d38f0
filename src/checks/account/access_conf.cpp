// account/access-conf
#include "base/shown.hpp"
#include "checks/account/pam_lines.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation =
      say("{}: `{}` refuses {}.", "{}: `{}` が {} を拒否します。", it.where(), shown(it.at.text), it.user());
  const PasswdEntry* user = it.account();
  Steps steps;
  if (user != nullptr && it.at.line != 0 && it.raw("why") == "line" && shell_word(user->name) == user->name) {
    const std::string origin = it.has("from") ? std::string(it.raw("from")) : "ALL";
    steps = insert_before(it.input.facts, it.at.path, it.at.line, {"+:" + user->name + ":" + origin});
  }
  add_remedy(finding, "allow", Risk::choice,
             say("Let {} in by a line above it{}.", "{} を許可する行を上に追加します{}。", it.user(),
                 it.has("from") ? " (" + it.detail("from") + ")" : std::string()),
             std::move(steps), {edit_line_command(it)});
}

}  // namespace

constinit const Check kAccountAccessConf = {
    .cause = Cause::account_access_conf,
    .severity = Severity::blocker,
    .title = {"access.conf refuses the login", "access.conf がログインを拒否します"},
    .why = {"pam_access goes through /etc/security/access.conf from the top, and the first line that matches "
            "user and origin decides, for keys too. `-:ALL EXCEPT root:ALL` and the like shut everybody out "
            "who is not named above it. The log says `access denied for user`.",
            "pam_access は /etc/security/access.conf "
            "を上から順に調べ、ユーザーと接続元に最初に一致した行で決めます。鍵でも同じです。`-:ALL EXCEPT "
            "root:ALL` のような行は、それより上に名前のないユーザーを全員締め出します。ログには `access "
            "denied for user` と記録されます。"},
    .remedy = {"Add a line for the user above the one that refuses.",
               "拒否している行より上に、このユーザーを許可する行を追加します。"},
    .tells_apart = {"sshd's log names pam_access.", "sshd のログに pam_access が現れます。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kAccountAccessConf, tell); },
};

}  // namespace reentry
