// service/session-binary-missing
#include "checks/cloud_story.hpp"
#include "checks/config_edits.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say("{} does not exist or is not executable, so this version of sshd does not start.",
                            "{} が存在しないか実行できないため、この版の sshd は起動しません。", it.path());
  const auto node = seen_node(it);
  if (node && (node->mode & 0111U) == 0)
    add_remedy(finding, "executable", Risk::safe,
               say("Make {} executable.", "{} を実行可能にします。", it.path()), set_mode(*node, 0755),
               {"chmod 755 " + shell_word(it.path())});
  add_advice(finding, "install",
             say("Install the server package again.", "サーバーのパッケージを再インストールします。"),
             {install_command(it.input.facts)});
  add_package_story(it, it.has("path") ? it.raw("path") : it.at.path, finding);
}

}  // namespace

constinit const Check kServiceSessionBinaryMissing = {
    .cause = Cause::service_session_binary_missing,
    .severity = Severity::blocker,
    .title = {"A helper program of sshd is missing", "sshd の補助プログラムがありません"},
    .why = {"From 9.8 on sshd only listens; each connection is served by a program of its own, sshd-session, "
            "and from 10.0 on sshd-auth does the work before the login. sshd refuses to start when one of "
            "them is not there or can't be executed. This happens when an upgrade was cut short or only one "
            "file was copied.",
            "9.8 以降の sshd は待ち受けだけを行い、接続ごとの処理は sshd-session が、10.0 "
            "以降は認証前の処理を sshd-auth が担います。どちらかが存在しない、または実行できないと sshd "
            "は起動しません。アップグレードが途中で止まった場合や、ファイルを一つだけコピーした場合に起こりま"
            "す。"},
    .remedy = {"Install the server package again, whole.",
               "サーバーのパッケージ全体を再インストールします。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kServiceSessionBinaryMissing, tell); },
};

}  // namespace reentry
