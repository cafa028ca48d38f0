// auth/cert-not-yet-valid
#include "checks/clock_words.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say("The certificate {} is valid from {}; the clock that it is held against says {}.",
                            "証明書 {} は {} から有効です（照合した時刻: {}）。",
                            it.detail("key_id", it.detail("fingerprint", "?")), it.detail("valid_after", "?"),
                            it.detail("now", "?"));
  add_whose_clock(it, finding);
  add_advice(finding, "clock", say("Compare the clocks.", "時計を比べます。"),
             {"date -u", "ssh-keygen -Lf CERTIFICATE-cert.pub"});
}

}  // namespace

constinit const Check kAuthCertNotYetValid = {
    .cause = Cause::auth_cert_not_yet_valid,
    .severity = Severity::blocker,
    .title = {"The certificate is not valid yet", "証明書がまだ有効になっていません"},
    .why = {"The certificate's span begins in the future for the server's clock. Either it was issued for "
            "later, or the clock of the server (or of the authority) is wrong. sshd logs `Certificate "
            "invalid: not yet valid`.",
            "サーバーの時計では、証明書の有効期間がまだ始まっていません。後日用に発行されたか、サーバーや認証"
            "局の時計が狂っています。sshd は `Certificate invalid: not yet valid` と記録します。"},
    .remedy = {"Look at both clocks; else wait or have a new certificate issued.",
               "両方の時計を確認します。正しければ、待つか再発行します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kAuthCertNotYetValid, tell); },
};

}  // namespace reentry
