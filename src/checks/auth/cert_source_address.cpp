// auth/cert-source-address
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say("The certificate counts only from `{}`, and the client comes from {}.",
                            "この証明書は `{}` からだけ使えますが、接続元は {} です。",
                            it.detail("list", "?"), it.detail("address", "?"));
  add_advice(finding, "reissue",
             say("Have a certificate issued for this address.", "この接続元を含む証明書を発行します。"),
             {"ssh-keygen -Lf CERTIFICATE-cert.pub"});
}

}  // namespace

constinit const Check kAuthCertSourceAddress = {
    .cause = Cause::auth_cert_source_address,
    .severity = Severity::blocker,
    .title = {"The certificate may not be used from this address", "この接続元からは使えない証明書です"},
    .why = {"The source-address option of a certificate names the addresses from which it counts. From "
            "elsewhere sshd refuses it and logs the list.",
            "証明書の source-address オプションは、使用できる接続元を限定します。それ以外からの接続では sshd "
            "は証明書を拒否し、リストをログに記録します。"},
    .remedy = {"Connect from a permitted address, or have a certificate issued for this one.",
               "許可された接続元から接続するか、この接続元を含む証明書を発行します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kAuthCertSourceAddress, tell); },
};

}  // namespace reentry
