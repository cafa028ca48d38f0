// system/read-only
#include "base/shown.hpp"
#include "checks/every_check.hpp"
#include "checks/optional_module.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  const std::string path = it.path();
  const bool declared = it.raw("declared") == "yes";
  finding.explanation =
      declared ? say("{} lies on a file system that /etc/fstab mounts read-only.",
                     "{} は /etc/fstab で読み取り専用としてマウントされるファイルシステムにあります。",
                     shown(path))
               : say("{} lies on a file system that is read-only now.",
                     "{} のファイルシステムは現在、読み取り専用です。", shown(path));
  if (it.has("needed_by")) {
    finding.explanation.en += " `" + it.detail("needed_by") + "` refuses when it can't write there.";
    finding.explanation.ja += "`" + it.detail("needed_by") + "` は書き込めないと拒否します。";
    if (it.raw("needed_by").starts_with("session")) add_optional_module(it, finding);
  }
  const std::string word = shell_word(path);
  std::vector<std::string> commands = {"findmnt --target " + word};
  if (declared) {
    commands.insert(commands.end(), {"vi /etc/fstab", "findmnt --verify"});
  } else {
    commands.insert(commands.end(),
                    {"journalctl -k -b | grep -iE 'remount|I/O error|EXT4-fs error|XFS.*(shut|corrupt)'",
                     "mount -o remount,rw \"$(findmnt -no TARGET --target " + word + ")\""});
  }
  add_advice(finding, "remount",
             declared ? say("Mount it for writing.", "書き込み可能でマウントします。")
                      : say("Find out why. After an error of the disk: save what matters and run fsck on it "
                            "unmounted; otherwise mount it for writing again.",
                            "原因を確認します。ディスクのエラーが原因なら、必要なデータを退避し、アンマウント"
                            "した状態で fsck "
                            "を実行します。そうでなければ書き込み可能で再マウントします。"),
             commands);
}

}  // namespace

constinit const Check kSystemReadOnly = {
    .cause = Cause::system_read_only,
    .severity = Severity::blocker,
    .title = {"A file system is read-only", "ファイルシステムが読み取り専用です"},
    .why =
        {"The kernel makes a file system read-only when it meets an error in it (errors=remount-ro), and a "
         "rescue shell or fstab may have left it so. Logins by key go on working, and most by password. What "
         "refuses is a PAM module that must write: pam_faillock opens the tally of a user who failed before "
         "for writing and refuses even the right password, pam_lastlog and pam_mkhomedir end the session "
         "where they are required.",
         "ファイルシステムでエラーを検出すると、カーネルはそれを読み取り専用にします（errors=remount-ro）。"
         "復旧作業や fstab "
         "によることもあります。鍵によるログインと、ほとんどのパスワードログインは成功します。"
         "拒否するのは、書き込みが必要な PAM モジュールです。pam_faillock "
         "は失敗記録のある利用者の記録ファイルを書き込み用に開くため、正しいパスワードでも拒否します。pam_"
         "lastlog と pam_mkhomedir は required の場合にセッションを終了させます。"},
    .remedy = {"Find the reason, repair the file system, mount it for writing.",
               "原因を調べ、ファイルシステムを修復し、書き込み可能でマウントします。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kSystemReadOnly, tell); },
};

}  // namespace reentry
