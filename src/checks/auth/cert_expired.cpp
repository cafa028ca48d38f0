// auth/cert-expired
#include "checks/clock_words.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation =
      say("The certificate {} was valid until {}; the clock that it is held against says {}.",
          "証明書 {} の有効期限は {} までです（照合した時刻: {}）。",
          it.detail("key_id", it.detail("fingerprint", "?")), it.detail("valid_before", "?"),
          it.detail("now", "?"));
  add_whose_clock(it, finding);
  add_advice(finding, "renew", say("Have a new certificate issued.", "証明書を再発行します。"),
             {"ssh-keygen -Lf CERTIFICATE-cert.pub"});
}

}  // namespace

constinit const Check kAuthCertExpired = {
    .cause = Cause::auth_cert_expired,
    .severity = Severity::blocker,
    .title = {"The certificate has expired", "証明書の有効期限が切れています"},
    .why = {"A certificate carries the span in which it is valid, and sshd holds it against its own clock. "
            "After the end it logs `Certificate invalid: expired` and refuses. A wrong clock on the server "
            "has the same effect.",
            "証明書には有効期間が含まれ、sshd は自分の時計と照合します。期限を過ぎると `Certificate invalid: "
            "expired` と記録して拒否します。サーバーの時計が狂っている場合も同じです。"},
    .remedy = {"Have a new certificate issued; look at the server's clock.",
               "証明書を再発行します。サーバーの時計も確認してください。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kAuthCertExpired, tell); },
};

}  // namespace reentry
