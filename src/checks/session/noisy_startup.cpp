// session/noisy-startup
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say("Before sftp's first packet the server sends: {}",
                            "sftp の最初のパケットの前に次が送られています: {}", it.detail("text"));
  add_advice(
      finding, "quiet",
      say("Put this at the top of ~/.bashrc on the server.", "サーバーの ~/.bashrc の先頭に加えます。"),
      {"case $- in *i*) ;; *) return ;; esac"});
}

}  // namespace

constinit const Check kSessionNoisyStartup = {
    .cause = Cause::session_noisy_startup,
    .severity = Severity::blocker,
    .from_client = true,
    .title = {"A startup file prints text that breaks sftp and scp",
              "起動ファイルの出力が sftp と scp を壊しています"},
    .why = {"sftp and scp speak a protocol over the shell's output. A .bashrc, .cshrc or profile that prints "
            "for every shell puts its words in front: `Received message too long`.",
            "sftp と scp はシェルの出力を通じて通信します。.bashrc や .cshrc "
            "などが常に文字を出力すると、それが先頭に混ざり `Received message too long` となります。"},
    .remedy = {"Print only in interactive shells: test `$-` or PS1 first.",
               "対話シェルのときだけ出力するようにします（`$-` や PS1 を確認）。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kSessionNoisyStartup, tell); },
};

}  // namespace reentry
