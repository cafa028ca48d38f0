// auth/key-algorithm-refused
#include "base/shown.hpp"
#include "checks/config_edits.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

// The same list and the algorithms of this key behind it; SHA-1 is never put back.
std::string widened(std::string_view value, std::string_view type) {
  const std::string more = type == "ssh-rsa" ? std::string("rsa-sha2-512,rsa-sha2-256") : std::string(type);
  return value.empty() || value.front() == '-' ? std::string() : std::string(value) + "," + more;
}

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say("{} ({}) does not list {}, which the key {} would sign with.",
                            "{1} の {0} に、鍵 {3} の署名に使う {2} がありません。",
                            it.detail("keyword", "PubkeyAcceptedAlgorithms"), it.where(),
                            it.detail("algorithm", it.detail("type", "?")), it.detail("fingerprint", "?"));
  const std::string value = widened(config_words(it.at.text).value, it.raw("type"));
  const bool ca = it.raw("keyword") == "CASignatureAlgorithms";
  add_remedy(
      finding, "widen", Risk::choice,
      say("Add the algorithms of this key to the list.", "この鍵のアルゴリズムをリストに追加します。"),
      value.empty() || it.at.line == 0 || ca || it.raw("type").empty() ? Steps{} : set_value(it, value),
      {edit_command(it), reload_command(it.input.facts)});
  add_advice(finding, "other-key", say("Or use a key of another type.", "または、別の種類の鍵を使います。"),
             {"ssh-keygen -t ed25519"});
}

}  // namespace

constinit const Check kAuthKeyAlgorithmRefused = {
    .cause = Cause::auth_key_algorithm_refused,
    .severity = Severity::blocker,
    .title = {"The key's algorithm is not accepted", "鍵のアルゴリズムが受け入れられません"},
    .why = {"Every signature must use an algorithm of PubkeyAcceptedAlgorithms (before 8.5 "
            "PubkeyAcceptedKeyTypes). An RSA key signs as rsa-sha2-512, rsa-sha2-256 or the old ssh-rsa "
            "(SHA-1), and 8.8 and newer refuse the last one by default; the key itself may stay, a current "
            "client simply signs with SHA-2. A list that names only some types shuts out the others. The log "
            "says `signature algorithm … not in PubkeyAcceptedAlgorithms`.",
            "署名には PubkeyAcceptedAlgorithms（8.5 より前は "
            "PubkeyAcceptedKeyTypes）にあるアルゴリズムを使う必要があります。RSA 鍵の署名には "
            "rsa-sha2-512、rsa-sha2-256、古い ssh-rsa（SHA-1）があり、8.8 "
            "以降は最後のものを既定で拒否します。鍵を作り直す必要はなく、新しいクライアントは SHA-2 "
            "で署名します。一部の種類だけを挙げたリストは、ほかの種類の鍵を締め出します。ログには `signature "
            "algorithm … not in PubkeyAcceptedAlgorithms` と記録されます。"},
    .remedy = {"Use a key type that the list has (Ed25519 as a rule), or add the type to the list.",
               "リストにある種類の鍵（通常は Ed25519）を使うか、リストに種類を追加します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kAuthKeyAlgorithmRefused, tell); },
};

}  // namespace reentry
