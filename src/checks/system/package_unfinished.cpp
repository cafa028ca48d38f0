// system/package-unfinished
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  const std::string package = it.detail("package", "openssh-server");
  finding.explanation =
      say("dpkg has {} as {}: an installation or upgrade was cut short.",
          "dpkg では {} の状態が {} です。インストールまたはアップグレードが途中で終わっています。", package,
          it.detail("state", "unpacked"));
  std::vector<std::string> commands = {"dpkg --audit", "dpkg --configure -a", "apt-get -f install"};
  if (it.raw("reinstall") == "yes") commands.push_back("apt-get install --reinstall " + shell_word(package));
  add_advice(finding, "finish",
             say("Finish the installation, and only then restart sshd.",
                 "インストールを完了させてから sshd を再起動します。"),
             commands);
}

}  // namespace

constinit const Check kSystemPackageUnfinished = {
    .cause = Cause::system_package_unfinished,
    .severity = Severity::notice,
    .title = {"A package that ssh stands on is not installed completely",
              "ssh が依存するパッケージのインストールが完了していません"},
    .why = {"dpkg first unpacks a package's files and then configures it. Between the two the new program is "
            "there while accounts, keys, units or libraries of other packages may still be those of before. "
            "A full disk, a lost connection during the upgrade or a script that failed leave it so. The "
            "running daemon goes on; the next restart uses what is on the disk.",
            "dpkg "
            "はファイルを展開してから設定を行います。その間は、新しいプログラムがあっても、アカウントや鍵、ユ"
            "ニット、"
            "他のパッケージのライブラリが古いままのことがあります。ディスク不足、アップグレード中の切断、スク"
            "リプトの失敗などで"
            "この状態が残ります。稼働中のデーモンは動き続けますが、次の再起動ではディスク上のものが使われます"
            "。"},
    .remedy = {"Finish it: dpkg --configure -a, then apt-get -f install.",
               "dpkg --configure -a、続いて apt-get -f install で完了させます。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kSystemPackageUnfinished, tell); },
};

}  // namespace reentry
