// account/nologin-file
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say("{} exists, so pam_nologin lets only root in.",
                            "{} が存在するため、pam_nologin は root 以外を拒否します。", it.path());
  Steps steps;
  const auto bytes = bytes_of(it.input.facts, it.at.path);
  if (bytes && it.at.line == 0) steps.push_back(RemoveFile{HostPath(it.at.path), *bytes});
  add_remedy(finding, "remove", Risk::choice, say("Remove {}.", "{} を削除します。", it.path()),
             std::move(steps), {"rm " + shell_word(it.path())});
}

}  // namespace

constinit const Check kAccountNologinFile = {
    .cause = Cause::account_nologin,
    .severity = Severity::blocker,
    .title = {"A nologin file lets nobody but root in",
              "nologin ファイルにより root 以外はログインできません"},
    .why = {"While /run/nologin or /etc/nologin exists, pam_nologin refuses everybody but root after the "
            "credential was right, and shows the file's text. systemd makes /run/nologin itself during boot "
            "and shortly before a shutdown; a file in /etc was put there by a person or a script and stays.",
            "/run/nologin や /etc/nologin が存在する間、pam_nologin は認証に成功しても root "
            "以外を拒否し、ファイルの内容を表示します。/run/nologin は起動中や停止直前に systemd "
            "が作るものです。/etc のファイルは人やスクリプトが置いたもので、消すまで残ります。"},
    .remedy = {"Remove the file when the maintenance is over.",
               "メンテナンスが終わったらファイルを削除します。"},
    .tells_apart = {"The text of /etc/nologin or /run/nologin was shown; root still gets in.",
                    "/etc/nologin または /run/nologin の内容が表示され、root はログインできます。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kAccountNologinFile, tell); },
};

}  // namespace reentry
