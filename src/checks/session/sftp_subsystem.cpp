// session/sftp-subsystem
#include <algorithm>

#include "base/ascii_case.hpp"
#include "checks/config_edits.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

// Subsystem is global before 9.5, so the line goes in front of the first Match of the main file. Nothing
// where a line is there that sshd refuses: once that is mended, a second one would be one too many.
Steps add_subsystem(const Facts& facts) {
  const bool refused =
      std::any_of(facts.config.problems.begin(), facts.config.problems.end(), [](const ConfigProblem& one) {
        return one.severity != ConfigSeverity::warning && equal_ignoring_case(one.keyword, "Subsystem");
      });
  if (refused) return {};
  const std::string main = facts.config.main_file.str();
  for (const MatchBlock& block : facts.config.blocks) {
    if (block.at.file == main)
      return insert_before(facts, main, block.at.line, {"Subsystem sftp internal-sftp"});
  }
  return append_lines(facts, main, {"Subsystem sftp internal-sftp"});
}

void tell(const SeenCase& it, Finding& finding) {
  const bool none = it.raw("why") == "not configured";
  finding.explanation =
      none ? say("No Subsystem line for sftp is in effect ({}).",
                 "有効な sftp の Subsystem 行がありません（{}）。", it.path())
           : say("{}: the sftp server {} does not exist.", "{}: sftp サーバー {} が存在しません。",
                 it.where(), it.detail("program", "?"));
  add_remedy(finding, "internal", Risk::safe,
             say("Use sshd's own sftp server (internal-sftp).",
                 "sshd 内蔵の sftp サーバー（internal-sftp）を使います。"),
             none ? add_subsystem(it.input.facts) : set_value(it, "sftp internal-sftp"),
             {reload_command(it.input.facts)});
}

}  // namespace

constinit const Check kSessionSftpSubsystem = {
    .cause = Cause::session_sftp_subsystem,
    .severity = Severity::risk,
    .title = {"sftp and scp don't work on this host", "このホストでは sftp と scp が使えません"},
    .why = {"sftp asks for the subsystem sftp, and scp does too from client version 9.0 on. Without a "
            "Subsystem line the server answers `subsystem request failed`; with a path that is not there "
            "(each distribution has its own) the connection closes. Shell logins are not touched. "
            "internal-sftp needs no path at all.",
            "sftp は sftp サブシステムを要求し、scp もクライアント 9.0 以降は同じです。Subsystem "
            "の行がないと `subsystem request failed` "
            "となり、存在しないパス（ディストリビューションごとに異なります）を指定していると接続が閉じられま"
            "す。シェルのログインには影響しません。internal-sftp ならパスは不要です。"},
    .remedy = {"Set Subsystem sftp internal-sftp.", "Subsystem sftp internal-sftp を設定します。"},
    .tells_apart = {"A command runs, and sftp alone fails.", "コマンドは実行でき、sftp だけが失敗します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kSessionSftpSubsystem, tell); },
};

}  // namespace reentry
