// system/package-changed
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  const std::string package = it.detail("package", "openssh-server");
  finding.explanation = it.raw("problem") == "missing"
                            ? say("{} belongs to the package {} and is not there.",
                                  "{} はパッケージ {} のファイルですが、存在しません。", it.path(), package)
                            : say("{} is not the file that the package {} brought.",
                                  "{} はパッケージ {} のファイルと内容が異なります。", it.path(), package);
  add_advice(finding, "reinstall",
             say("If nobody changed it on purpose, install the package again.",
                 "意図した変更でなければ、パッケージを再インストールします。"),
             {"dpkg --verify " + shell_word(package), "apt-get install --reinstall " + shell_word(package)});
}

}  // namespace

constinit const Check kSystemPackageChanged = {
    .cause = Cause::system_package_changed,
    .severity = Severity::notice,
    .title = {"A file that logins run through is not its package's",
              "ログインに使われるファイルがパッケージのものと異なります"},
    .why =
        {"dpkg keeps the MD5 sum of every file that it unpacked. A program, library or PAM module of ssh "
         "that differs or is missing was replaced by hand, by `make install`, by a restore from elsewhere, "
         "or by damage to the disk. It may work as well as before; where a login is refused without any "
         "other reason, it is the first thing to look at.",
         "dpkg は展開したファイルの MD5 値を記録しています。ssh のプログラム、ライブラリ、PAM "
         "モジュールが異なるか欠けている場合は、手作業、`make "
         "install`、別環境からの復元、ディスクの破損などで置き換わっています。"
         "問題なく動くこともありますが、ほかに理由なくログインが拒否される場合は、まずここを確認します。"},
    .remedy = {"Compare with dpkg --verify and install the package again.",
               "dpkg --verify で比較し、パッケージを再インストールします。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kSystemPackageChanged, tell); },
};

}  // namespace reentry
