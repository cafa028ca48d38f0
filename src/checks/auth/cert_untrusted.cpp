// auth/cert-untrusted
#include "checks/auth/key_lines.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

// The file of TrustedUserCAKeys: the locus is the file itself, or the line that names it.
std::string ca_file(const SeenCase& it) {
  if (it.has("path")) return std::string(it.raw("path"));
  return it.raw("reason") == "CA is not listed" ? it.at.path : std::string();
}

void tell(const SeenCase& it, Finding& finding) {
  const std::string ca = it.detail("ca_fingerprint", "?");
  finding.explanation =
      say("The certificate {} was signed by {}, which this host does not trust ({}).",
          "証明書 {} に署名した {} を、このホストは信頼していません（{}）。",
          it.detail("key_id", it.detail("fingerprint", "?")), ca, it.detail("reason", "no CA"));
  const PublicKey* key = asked_key(it);
  Steps steps;
  KeyProblem problem = KeyProblem::none;
  const auto authority =
      key != nullptr && key->certificate ? key_from_blob(key->certificate->ca_blob, problem) : std::nullopt;
  const std::string path = ca_file(it);
  if (authority && !path.empty()) {
    const FileFact* file = it.input.facts.paths.find(HostPath(path));
    if (file != nullptr && file->path.found())
      steps = append_lines(it.input.facts, path, {key_line(*authority)});
    if (file != nullptr && file->path.end == PathEnd::absent &&
        file->path.stopped_at.name() == HostPath(path).name())
      steps.push_back(CreateFile{file->path.stopped_at, key_line(*authority) + "\n", 0644, 0, 0});
  }
  add_remedy(finding, "trust", Risk::choice,
             say("Trust this authority. Everybody whom it certifies gets in as the names that it writes.",
                 "この認証局を信頼します。認証局が発行した証明書を持つ人は、記載された名前でログインできるよ"
                 "うになります。"),
             std::move(steps), {"ssh-keygen -Lf CERTIFICATE-cert.pub"});
}

}  // namespace

constinit const Check kAuthCertUntrusted = {
    .cause = Cause::auth_cert_untrusted,
    .severity = Severity::blocker,
    .title = {"The certificate's authority is not trusted", "証明書の認証局が信頼されていません"},
    .why = {"A user certificate counts when its signing key stands in the file of TrustedUserCAKeys, or in "
            "the account's authorized_keys behind cert-authority. When the file is missing or holds another "
            "key, the certificate is worth nothing; plain keys still work.",
            "ユーザー証明書は、署名した鍵が TrustedUserCAKeys のファイル、またはアカウントの authorized_keys "
            "に cert-authority "
            "付きで登録されている場合に認められます。ファイルがない、または別の鍵が入っていると証明書は無効で"
            "す。通常の鍵は引き続き使えます。"},
    .remedy = {"Put the authority's public key back into the file.",
               "認証局の公開鍵をファイルに登録します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kAuthCertUntrusted, tell); },
};

}  // namespace reentry
