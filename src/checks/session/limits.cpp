// session/limits
#include "base/shown.hpp"
#include "checks/account/pam_lines.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation =
      say("{}: `{}` leaves {} no session.", "{}: `{}` により、{} はセッションを開けません。", it.where(),
          shown(it.at.text), it.user());
  if (it.has("tasks")) {
    finding.explanation.en += " The account has " + it.detail("tasks") + " processes and threads by now.";
    finding.explanation.ja += "現在のプロセスとスレッドの数は " + it.detail("tasks") + " です。";
  }
  const FileFact* file = it.input.facts.paths.find(HostPath(it.at.path));
  if (it.at.line == 0 && file != nullptr && file->path.end == PathEnd::absent) {
    return add_remedy(finding, "make", Risk::choice,
                      say("Make {} without any limit in it.", "制限を含まない {} を作成します。", it.path()),
                      {CreateFile{HostPath(it.at.path), std::string("# ") + std::string(kTransactionMark) +
                                                            ": this file was missing\n"}},
                      {"touch " + shell_word(it.path())});
  }
  add_remedy(
      finding, "drop", Risk::choice, say("Comment the line out.", "この行をコメントにします。"),
      it.at.line == 0 || it.at.text.find("pam_") != std::string::npos
          ? Steps{}
          : comment_out(it.input.facts, it.at.path, it.at.line, it.at.line, "reentry: left no session"),
      {edit_line_command(it)});
}

}  // namespace

constinit const Check kSessionLimits = {
    .cause = Cause::session_limits,
    .severity = Severity::blocker,
    .title = {"A limit leaves the user no session", "リソース制限によりセッションを開けません"},
    .why =
        {"pam_limits sets the limits of /etc/security/limits.conf for the session. maxlogins 0 refuses every "
         "login (`There were too many logins`), and a limit of processes or memory near 0 lets the session "
         "begin and its shell fail (`fork: Resource temporarily unavailable`).",
         "pam_limits は /etc/security/limits.conf の制限をセッションに適用します。maxlogins が 0 "
         "だとすべてのログインが拒否され（`There were too many logins`）、プロセス数やメモリの上限が 0 "
         "に近いと、セッションは始まってもシェルが失敗します（`fork: Resource temporarily unavailable`）。"},
    .remedy = {"Raise the limit or take the line out.", "制限を緩めるか、その行を外します。"},
    .tells_apart = {"Now and then, or with `too many logins`.",
                    "時々起こるか、`too many logins` と表示されます。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kSessionLimits, tell); },
};

}  // namespace reentry
