// system/foreign-sshd
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say("The unit starts {}, which no package has brought.",
                            "ユニットが起動する {} は、どのパッケージのファイルでもありません。", it.path());
  add_advice(
      finding, "ask",
      say("Ask this program itself which files it reads; updates of the distribution do not reach it.",
          "読み込むファイルはこのプログラム自身に確認します。ディストリビューションの更新は反映されません。"),
      {shell_word(it.path()) + " -V", shell_word(it.path()) + " -T | head"});
}

}  // namespace

constinit const Check kSystemForeignSshd = {
    .cause = Cause::system_foreign_sshd,
    .severity = Severity::notice,
    .title = {"This sshd comes from no package", "この sshd はパッケージのものではありません"},
    .why =
        {"An sshd that was built from source mostly lies in /usr/local/sbin, reads "
         "/usr/local/etc/sshd_config "
         "and has its own host keys, so that edits in /etc/ssh change nothing. It lacks the patches of the "
         "distribution, PAM and libwrap unless they were asked for, and it stays as it is when libraries "
         "are upgraded.",
         "ソースから構築した sshd は多くの場合 /usr/local/sbin にあり、/usr/local/etc/sshd_config "
         "と独自のホスト鍵を使うため、"
         "/etc/ssh を編集しても反映されません。ディストリビューションのパッチは含まれず、PAM や libwrap "
         "も指定しなければ無効です。ライブラリが更新されても、そのまま残ります。"},
    .remedy = {"Edit the files that this sshd reads, or go back to the package's.",
               "この sshd が読み込むファイルを編集するか、パッケージの sshd に戻します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kSystemForeignSshd, tell); },
};

}  // namespace reentry
