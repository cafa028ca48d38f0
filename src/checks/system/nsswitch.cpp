// system/nsswitch
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  const std::string database = it.detail("database", "passwd");
  finding.explanation = say("{}: the services of {} are `{}`; the local files are not asked.",
                            "{}: {} のサービスは `{}` で、ローカルのファイルは参照されません。", it.where(),
                            database, it.detail("services", "?"));
  Steps steps;
  const std::size_t colon = it.at.text.find(':');
  if (it.at.line != 0 && colon != std::string::npos) {
    std::string line = it.at.text;
    while (!line.empty() && line.back() == '\r') line.pop_back();
    steps = replace_line(it.input.facts, it.at.path, it.at.line,
                         {line.substr(0, colon + 1) + " files" + line.substr(colon + 1)});
  }
  add_remedy(finding, "files-first", Risk::safe,
             say("Ask the local files first.", "ローカルのファイルを最初に参照するようにします。"),
             std::move(steps), {"sed -i 's/^" + database + ":/" + database + ": files/' /etc/nsswitch.conf"});
}

}  // namespace

constinit const Check kSystemNsswitch = {
    .cause = Cause::system_nsswitch,
    .severity = Severity::blocker,
    .title = {"nsswitch.conf does not look into the local files",
              "nsswitch.conf がローカルのファイルを参照していません"},
    .why = {"The C library asks the services that /etc/nsswitch.conf names, in their order. When `files` is "
            "not among those of passwd, the accounts of /etc/passwd don't exist for sshd, and while the "
            "named directory service can't answer nobody can log in, root included.",
            "C ライブラリは /etc/nsswitch.conf に挙げられたサービスを順に参照します。passwd に `files` "
            "がないと、/etc/passwd のアカウントは sshd "
            "から見て存在せず、指定されたディレクトリサービスが応答できなければ、root "
            "を含め誰もログインできません。"},
    .remedy = {"Put files in front of the other services.", "ほかのサービスの前に files を加えます。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kSystemNsswitch, tell); },
};

}  // namespace reentry
