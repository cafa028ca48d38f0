// auth/refuse-connection
#include <fmt/format.h>

#include "checks/config_edits.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = {fmt::format("{} ends every connection of {}.", it.where(), it.users().en),
                         fmt::format("{} により {} の接続はすべて切られます。", it.where(), it.users().ja)};
  add_remedy(finding, "allow", Risk::choice, say("Comment the line out.", "この行をコメントにします。"),
             drop_line(it, "reentry: refused this connection"),
             {edit_command(it), reload_command(it.input.facts)});
}

}  // namespace

constinit const Check kAuthRefuseConnection = {
    .cause = Cause::auth_connection_refused_by_config,
    .severity = Severity::blocker,
    .title = {"RefuseConnection ends this login", "RefuseConnection により接続が切られます"},
    .why = {"RefuseConnection (9.9 and newer) makes sshd end a connection as soon as it knows the user, "
            "usually inside a Match block. The log says `administratively prohibited connection`. It is "
            "always a decision of an administrator.",
            "RefuseConnection（9.9 以降）は、ユーザーが分かった時点で接続を切ります。通常は Match "
            "ブロックの中で使われます。ログには `administratively prohibited connection` "
            "と記録されます。管理者が意図して設定するものです。"},
    .remedy = {"Take the line out, or narrow its Match block, if this login should be allowed.",
               "このログインを許すのであれば、行を外すか Match ブロックの条件を狭めます。"},
    .tells_apart = {"sshd's log says `RefuseConnection`.", "sshd のログに `RefuseConnection` が現れます。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kAuthRefuseConnection, tell); },
};

}  // namespace reentry
