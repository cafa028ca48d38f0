// service/selinux-label
#include "checks/every_check.hpp"
#include "checks/seen_case.hpp"
#include "checks/selinux_words.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  tell_label(it, finding);
}

}  // namespace

constinit const Check kServiceSelinuxLabel = {
    .cause = Cause::service_selinux_label,
    .severity = Severity::blocker,
    .title = {"SELinux keeps sshd from its own files", "SELinux により sshd が自身のファイルを使えません"},
    .why =
        {"sshd runs in a domain of its own, mostly sshd_t, which may read only files with certain labels. An "
         "editor that replaces a file, as `sed -i` does, on a rescue system without SELinux leaves it "
         "without "
         "any label. With sshd_config so, the service fails at the next start; with all host keys so, sshd "
         "ends "
         "with `no hostkeys available`.",
         "sshd は専用のドメイン（通常は "
         "sshd_t）で動作し、特定のラベルの付いたファイルしか読めません。SELinux "
         "のないレスキュー環境で `sed -i` のようにファイルを置き換えると、ラベルが失われます。sshd_config "
         "がそうなると次回の起動でサービスが失敗し、ホスト鍵がすべてそうなると `no hostkeys available` "
         "で終了します。"},
    .remedy = {"restorecon -v on the named files. fix sets exactly those labels.",
               "該当するファイルに restorecon -v を実行します。fix はそのラベルだけを設定します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kServiceSelinuxLabel, tell); },
};

}  // namespace reentry
