// system/file-system-full
#include <charconv>

#include "base/shown.hpp"
#include "checks/every_check.hpp"
#include "checks/optional_module.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  const bool inodes = it.raw("what") == "inodes";
  const std::string path = it.path();
  finding.explanation =
      inodes ? say("The file system of {} has no inode left: no file can be made there.",
                   "{} のファイルシステムには inode の空きがなく、ファイルを作成できません。", shown(path))
             : say("The file system of {} is full: {}.", "{} のファイルシステムは満杯です: {}。", shown(path),
                   shown(it.at.text));
  if (it.has("needed_by")) {
    finding.explanation.en += " `" + it.detail("needed_by") + "` ends the session when it can't write there.";
    finding.explanation.ja += "`" + it.detail("needed_by") + "` は書き込めないとセッションを終了させます。";
    add_optional_module(it, finding);
  }
  const std::string word = shell_word(path);
  std::vector<std::string> commands = {"df -h " + word + "; df -i " + word};
  commands.push_back(inodes ? "du --inodes -xS " + word + " | sort -n | tail -20"
                            : "du -xah " + word + " | sort -h | tail -20");
  if (path == "/" || path.starts_with("/var")) {
    commands.emplace_back("journalctl --vacuum-size=100M");
    commands.emplace_back("apt-get clean || dnf clean all");
  }
  add_advice(finding, "free", say("Make room there.", "空きを作ります。"), commands);
}

}  // namespace

constinit const Check kSystemFileSystemFull = {
    .cause = Cause::system_file_system_full,
    .severity = Severity::blocker,
    .title = {"A file system is full", "ファイルシステムに空きがありません"},
    .why =
        {"Most logins work on a host whose disks are full: sshd, PAM and a shell go on when the log, wtmp or "
         "the message of the day can't be written. The exceptions are PAM modules that must write and stand "
         "in the stack as required: pam_lastlog refuses the session when its record of the user needs a new "
         "block, pam_mkhomedir when it can't make the home. What can't be saved besides: new keys, changed "
         "passwords, an upgrade's files.",
         "ディスクが満杯でも、ほとんどのログインは成功します。ログや wtmp、motd "
         "が書けなくても、sshd、PAM、シェルは動作を続けます。例外は required で置かれ、書き込みが必要な PAM "
         "モジュールです。pam_lastlog は利用者の記録に新しいブロックが必要なとき、pam_mkhomedir "
         "はホームを作成できないときにセッションを拒否します。"
         "そのほか、新しい鍵、パスワードの変更、更新されるファイルは保存できません。"},
    .remedy = {"Make room, or take the module's veto away.",
               "空きを作るか、モジュールの required を外します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kSystemFileSystemFull, tell); },
};

}  // namespace reentry
