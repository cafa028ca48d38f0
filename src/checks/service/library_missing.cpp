// service/library-missing
#include "checks/cloud_story.hpp"
#include "checks/config_edits.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  const std::string library = it.detail("library", it.path());
  finding.explanation =
      say("{} is linked against {}, and that can't be loaded. sshd ends before it listens.",
          "{} は {} を必要としますが、読み込めません。sshd は待ち受けを始める前に終了します。",
          it.detail("program", "sshd"), library);
  add_advice(finding, "install",
             say("Put the library back by its package, or finish a cut upgrade.",
                 "パッケージからライブラリを復元するか、中断したアップグレードを完了させます。"),
             {"ldd " + shell_word(it.detail("program", "/usr/sbin/sshd")) + " | grep 'not found'",
              install_command(it.input.facts)});
  add_package_story(it, it.has("library_path") ? it.raw("library_path") : it.raw("library"), finding);
}

}  // namespace

constinit const Check kServiceLibraryMissing = {
    .cause = Cause::service_library_missing,
    .severity = Severity::blocker,
    .title = {"A library that sshd needs is missing", "sshd に必要なライブラリがありません"},
    .why = {"The dynamic loader starts sshd only when every library that it was linked against is found. "
            "When one is missing, sshd ends at once with status 127 and a line such as `error while loading "
            "shared libraries`. A partial upgrade, most often of OpenSSL without OpenSSH, is the usual "
            "origin. A running older daemon may still answer until it is restarted.",
            "動的リンカーは、sshd がリンクしているライブラリがすべて見つかった場合にだけ sshd "
            "を起動します。一つでも欠けると `error while loading shared libraries` "
            "のような行を残してステータス 127 で終了します。OpenSSL "
            "だけを更新したような部分的なアップグレードが主な原因です。稼働中の古いデーモンは、再起動されるま"
            "で応答し続けることがあります。"},
    .remedy = {"Install the package of that library again, or finish the upgrade.",
               "そのライブラリのパッケージを再インストールするか、アップグレードを完了させます。"},
    .tells_apart = {"It began with an upgrade, and happens from loopback, too.",
                    "更新後に始まり、ループバックからでも起こります。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kServiceLibraryMissing, tell); },
};

}  // namespace reentry
