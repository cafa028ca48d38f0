// session/nologin-file
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say("{} exists, so only root gets a session.",
                            "{} が存在するため、root 以外はセッションを開けません。", it.path());
  Steps steps;
  const auto bytes = bytes_of(it.input.facts, it.at.path);
  if (bytes) steps.push_back(RemoveFile{HostPath(it.at.path), *bytes});
  add_remedy(finding, "remove", Risk::choice, say("Remove {}.", "{} を削除します。", it.path()),
             std::move(steps), {"rm " + shell_word(it.path())});
}

}  // namespace

constinit const Check kSessionNologinFile = {
    .cause = Cause::session_nologin_file,
    .severity = Severity::blocker,
    .title = {"/etc/nologin lets nobody but root in", "/etc/nologin により root 以外はログインできません"},
    .why = {"With UsePAM no sshd itself looks for /etc/nologin when the session begins, prints it and ends "
            "for everybody but root. The log says `not allowed because /etc/nologin exists`.",
            "UsePAM no の場合、sshd 自身がセッションの開始時に /etc/nologin を調べ、存在すれば内容を表示して "
            "root 以外を切断します。ログには `not allowed because /etc/nologin exists` と記録されます。"},
    .remedy = {"Remove the file when the maintenance is over.",
               "メンテナンスが終わったらファイルを削除します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kSessionNologinFile, tell); },
};

}  // namespace reentry
