// account/pam-service-missing
#include "checks/config_edits.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say(
      "PAM has no usable service file for sshd ({}), and what it uses instead refuses the login.",
      "sshd 用の PAM サービスファイル（{}）がなく、代わりに使われる設定がログインを拒否します。", it.path());
  add_advice(
      finding, "restore", say("Restore the file from the package.", "パッケージからファイルを復元します。"),
      {"apt-get install --reinstall -o Dpkg::Options::=--force-confmiss openssh-server   # Debian, Ubuntu",
       "dnf reinstall openssh-server   # Red Hat, Amazon Linux"});
}

}  // namespace

constinit const Check kAccountPamServiceMissing = {
    .cause = Cause::account_pam_service_missing,
    .severity = Severity::blocker,
    .title = {"PAM has no usable configuration for sshd", "PAM に sshd 用の有効な設定がありません"},
    .why = {"Without /etc/pam.d/sshd libpam falls back to /etc/pam.d/other, which refuses everybody on most "
            "systems; without either pam_start fails and sshd logs `PAM initialisation failed`. The account "
            "stack counts for keys too, so nobody gets in while UsePAM is yes.",
            "/etc/pam.d/sshd がない場合、libpam は /etc/pam.d/other "
            "を使いますが、多くのシステムではすべてを拒否します。どちらもなければ pam_start が失敗し、`PAM "
            "initialisation failed` と記録されます。account スタックは鍵認証にも適用されるため、UsePAM yes "
            "の間は誰もログインできません。"},
    .remedy = {"Put /etc/pam.d/sshd back from the openssh-server package or a backup.",
               "openssh-server パッケージやバックアップから /etc/pam.d/sshd を復元します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kAccountPamServiceMissing, tell); },
};

}  // namespace reentry
