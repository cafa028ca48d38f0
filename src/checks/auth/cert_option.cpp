// auth/cert-option
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say("The certificate {} is refused: {} {}.", "証明書 {} は拒否されます（{} {}）。",
                            it.detail("key_id", it.detail("fingerprint", "?")),
                            it.detail("reason", "critical option"), it.detail("option"));
  add_advice(finding, "reissue",
             say("Have it issued again without the option.", "そのオプションなしで再発行します。"),
             {"ssh-keygen -Lf CERTIFICATE-cert.pub"});
}

}  // namespace

constinit const Check kAuthCertOption = {
    .cause = Cause::auth_cert_option,
    .severity = Severity::blocker,
    .title = {"The certificate has an option that sshd can't honour",
              "証明書に sshd が対応しないオプションがあります"},
    .why = {"Critical options of a certificate must be understood: force-command, source-address and "
            "verify-required are. For any other sshd refuses the certificate (`critical option … is not "
            "supported`), since ignoring it could grant more than its issuer wanted.",
            "証明書の critical option は、すべて理解できる必要があります。sshd が対応するのは "
            "force-command、source-address、verify-required "
            "です。それ以外があると、無視すると発行者の意図より多くを許すおそれがあるため、`critical option "
            "… is not supported` として拒否されます。"},
    .remedy = {"Have the certificate issued again without that option.",
               "そのオプションのない証明書を再発行します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kAuthCertOption, tell); },
};

}  // namespace reentry
