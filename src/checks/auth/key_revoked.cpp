// auth/key-revoked
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation =
      it.raw("whose") == "ca"
          ? say("The certificate authority {} is revoked by {}.",
                "証明書の認証局 {} は {} により失効しています。", it.detail("fingerprint", "?"), it.path())
          : say("The key {} is revoked by {}.", "鍵 {} は {} により失効しています。",
                it.detail("fingerprint", "?"), it.path());
  add_advice(finding, "new-key", say("Make a new key and authorize it.", "新しい鍵を作って登録します。"),
             {"ssh-keygen -t ed25519"});
}

}  // namespace

constinit const Check kAuthKeyRevoked = {
    .cause = Cause::auth_key_revoked,
    .severity = Severity::blocker,
    .title = {"The key is revoked", "鍵が失効しています"},
    .why = {"RevokedKeys lists keys (and certificate authorities) that are refused wherever else they are "
            "authorized. The log says `Authentication key … revoked by file`. Somebody put it there on "
            "purpose, usually because the private half was exposed.",
            "RevokedKeys に挙げられた鍵（や認証局）は、ほかで登録されていても拒否されます。ログには "
            "`Authentication key … revoked by file` "
            "と記録されます。通常は秘密鍵が漏れたなどの理由で、意図して登録されたものです。"},
    .remedy = {"Make a new key and authorize it. Don't take the old one off the list.",
               "新しい鍵を作って登録します。古い鍵を失効リストから外さないでください。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kAuthKeyRevoked, tell); },
};

}  // namespace reentry
