// auth/key-algorithm-refused
#include <algorithm>

#include "base/shown.hpp"
#include "checks/config_edits.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"
#include "facts/pattern.hpp"

namespace reentry {
namespace {

// What the key signs with; SHA-1 is never put back.
std::vector<std::string> signing_algorithms(std::string_view type) {
  if (type == "ssh-rsa") return {"rsa-sha2-512", "rsa-sha2-256"};
  return {std::string(type)};
}

// `-LIST` without the patterns that take these algorithms away; `-` alone when none is left.
std::string with_less_taken_away(std::string_view value, const std::vector<std::string>& wanted) {
  std::string out = "-";
  for (std::size_t at = 1; at <= value.size();) {
    const std::size_t end = std::min(value.find(',', at), value.size());
    const std::string_view pattern = value.substr(at, end - at);
    at = end + 1;
    const bool hits = std::any_of(wanted.begin(), wanted.end(), [pattern](const std::string& name) {
      return match_pattern(name, pattern);
    });
    if (hits || pattern.empty()) continue;
    out += (out.size() == 1 ? "" : ",") + std::string(pattern);
  }
  return out;
}

// The line at the locus with a list that holds the algorithms of this key too.
Steps widen(const SeenCase& it) {
  const std::string value = config_words(it.at.text).value;
  if (it.at.line == 0 || value.empty() || it.raw("type").empty()) return {};
  const std::vector<std::string> wanted = signing_algorithms(it.raw("type"));
  if (value.front() == '-') {
    const std::string less = with_less_taken_away(value, wanted);
    if (less == value) return {};
    return less == "-" ? drop_line(it, "reentry: it took away the algorithms of a key that is in use")
                       : set_value(it, less);
  }
  std::string more = value;
  for (const std::string& name : wanted) more += "," + name;
  return set_value(it, more);
}

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say("{} ({}) does not list {}, which the key {} would sign with.",
                            "{1} の {0} に、鍵 {3} の署名に使う {2} がありません。",
                            it.detail("keyword", "PubkeyAcceptedAlgorithms"), it.where(),
                            it.detail("algorithm", it.detail("type", "?")), it.detail("fingerprint", "?"));
  const bool ca = it.raw("keyword") == "CASignatureAlgorithms";
  add_remedy(
      finding, "widen", Risk::choice,
      config_words(it.at.text).value.starts_with('-')
          ? say("Take what names the algorithms of this key out of the list of those that are taken away.",
                "除外リストから、この鍵のアルゴリズムに当たる項目を取り除きます。")
          : say("Add the algorithms of this key to the list.", "この鍵のアルゴリズムをリストに追加します。"),
      ca ? Steps{} : widen(it), {edit_command(it), reload_command(it.input.facts)});
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
    .tells_apart = {"ssh -v says `no mutual signature algorithm`.",
                    "ssh -v に `no mutual signature algorithm` が現れます。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kAuthKeyAlgorithmRefused, tell); },
};

}  // namespace reentry
