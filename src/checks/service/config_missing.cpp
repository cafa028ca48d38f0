// service/config-missing
#include "base/shown.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"
#include "checks/service/config_restore.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  const Facts& facts = it.input.facts;
  const PathNode* link = link_at(facts, HostPath(it.at.path));
  finding.explanation =
      link == nullptr
          ? say("{} does not exist, and sshd does not start without it.",
                "{} が存在しません。sshd はこのファイルなしでは起動しません。", it.path())
          : say("{} is a symbolic link to {}, which does not exist; sshd does not start without it. The file "
                "may lie on a volume that is not mounted.",
                "{} は {} へのシンボリックリンクですが、リンク先が存在しません。sshd "
                "はこのファイルなしでは起動"
                "しません。リンク先のボリュームがマウントされていない可能性があります。",
                it.path(), shown(link->link_target));
  add_restore(it, finding);
  add_advice(
      finding, "backup",
      say("If there is a backup, put the old file back from it; without one take the package's own.",
          "バックアップがあればそこから元のファイルを戻します。ない場合はパッケージ付属のものを使います。"),
      restore_commands(facts, it.path()));
}

}  // namespace

constinit const Check kServiceConfigMissing = {
    .cause = Cause::service_config_missing,
    .severity = Severity::blocker,
    .title = {"sshd_config is missing", "sshd_config がありません"},
    .why = {"sshd does not fall back to built-in defaults when its file is not there: it prints `No such "
            "file or directory` and ends with status 1. A package manager does not bring the file back by a "
            "plain reinstall, because it takes the missing file for the administrator's decision.",
            "設定ファイルがない場合、sshd は組み込みの既定値では動かず、`No such file or directory` "
            "を表示してステータス 1 "
            "で終了します。ファイルの欠落は管理者の判断とみなされるため、パッケージを単に再インストールしても"
            "復元されません。"},
    .remedy =
        {"Put the file back from a backup. Without one fix restores the package's own default of this "
         "version where the disk holds a copy (Debian, Ubuntu), with passwords switched off in a drop-in; "
         "elsewhere the package manager brings it back.",
         "バックアップからファイルを復元します。ない場合、ディスクにパッケージ付属の見本があれば（Debian、"
         "Ubuntu）、fix がこのバージョンの既定の設定を復元し、ドロップインでパスワード認証を無効にします。"
         "それ以外ではパッケージマネージャーで復元してください。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kServiceConfigMissing, tell); },
};

}  // namespace reentry
