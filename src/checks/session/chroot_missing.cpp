// session/chroot-missing
#include "checks/config_edits.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation =
      say("ChrootDirectory of {} is {}, and {} is {}.",
          "{} の ChrootDirectory は {} ですが、{} が使えません（{}）。", it.user(), it.detail("chroot", "?"),
          it.detail("component", it.path()), it.detail("why", "missing"));
  add_advice(finding, "create",
             say("Make the directory as root and put into it what the session needs.",
                 "root でディレクトリを作り、セッションに必要なものを配置します。"),
             {"install -d -m 755 -o root -g root " + shell_word(it.detail("component", it.path()))});
}

}  // namespace

constinit const Check kSessionChrootMissing = {
    .cause = Cause::session_chroot_missing,
    .severity = Severity::blocker,
    .title = {"The directory of ChrootDirectory is missing", "ChrootDirectory のディレクトリがありません"},
    .why = {"After the login sshd locks the session into ChrootDirectory. Every part of the path must exist "
            "and be a directory; otherwise the connection is closed right after `Authenticated`, with the "
            "reason only in the log.",
            "ログイン後、sshd はセッションを ChrootDirectory "
            "に閉じ込めます。パスの各要素が存在し、ディレクトリでなければなりません。そうでないと "
            "`Authenticated` の直後に切断され、理由はログにしか残りません。"},
    .remedy =
        {"Make the directory, owned by root, with what the session needs inside; or correct the setting.",
         "root 所有でディレクトリを作り、必要なものを中に用意するか、設定を修正します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kSessionChrootMissing, tell); },
};

}  // namespace reentry
