// auth/rsa-key-too-short
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say("The key {} has {} bits; this sshd asks for {}.",
                            "鍵 {} は {} ビットですが、この sshd は {} ビット以上を要求します。",
                            it.detail("fingerprint", "?"), it.detail("bits", "?"), it.detail("least", "?"));
  add_advice(finding, "new-key", say("Make a new key and authorize it.", "新しい鍵を作って登録します。"),
             {"ssh-keygen -t ed25519"});
}

}  // namespace

constinit const Check kAuthRsaKeyTooShort = {
    .cause = Cause::auth_rsa_key_too_short,
    .severity = Severity::blocker,
    .title = {"The RSA key is too short", "RSA 鍵が短すぎます"},
    .why = {"sshd refuses RSA keys below RequiredRSASize bits (9.1 and newer; Red Hat's crypto policies set "
            "2048) and below a fixed 1024 bits in older versions. The log says `refusing RSA key: Invalid "
            "key length`. A key can't be made longer.",
            "sshd は RequiredRSASize（9.1 以降。Red Hat の暗号ポリシーでは 2048）より短い RSA "
            "鍵を拒否します。それより古い版では 1024 ビットが下限です。ログには `refusing RSA key: Invalid "
            "key length` と記録されます。既存の鍵を長くすることはできません。"},
    .remedy = {"Make a new key, Ed25519 or RSA with 3072 bits, and authorize it.",
               "Ed25519、または 3072 ビット以上の RSA で新しい鍵を作り、登録します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kAuthRsaKeyTooShort, tell); },
};

}  // namespace reentry
