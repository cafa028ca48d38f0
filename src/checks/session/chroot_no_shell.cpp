// session/chroot-no-shell
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation =
      say("In {} there is no usable {} for {}.", "{0} の中に、{2} のシェル {1} がありません。",
          it.detail("chroot", "?"), it.detail("shell", "?"), it.user());
  add_advice(
      finding, "sftp",
      say("For file transfer add `ForceCommand internal-sftp` to the same block; for a shell fill the jail.",
          "ファイル転送だけなら同じブロックに `ForceCommand internal-sftp` を加えます。シェルが必要なら "
          "chroot の中を整えます。"));
}

}  // namespace

constinit const Check kSessionChrootNoShell = {
    .cause = Cause::session_chroot_no_shell,
    .severity = Severity::blocker,
    .title = {"There is no shell inside ChrootDirectory", "ChrootDirectory の中にシェルがありません"},
    .why = {"Inside the chroot the user's shell is looked up under the new root. An empty jail has none, so "
            "the session ends with `No such file or directory`. For file transfer alone no shell is needed: "
            "ForceCommand internal-sftp runs inside sshd.",
            "chroot "
            "の中では、ユーザーのシェルは新しいルートの下で探されます。空のディレクトリにはシェルがないため、"
            "`No such file or directory` "
            "でセッションが終わります。ファイル転送だけならシェルは不要で、ForceCommand internal-sftp が "
            "sshd の中で動作します。"},
    .remedy = {"Put a shell and its libraries into the jail, or force internal-sftp.",
               "シェルとライブラリを chroot の中に置くか、internal-sftp を強制します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kSessionChrootNoShell, tell); },
};

}  // namespace reentry
