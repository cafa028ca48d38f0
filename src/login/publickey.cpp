// auth/publickey: auth2-pubkey.c:userauth_pubkey and user_key_allowed for one key, or for every key of the
// account.
#include <algorithm>
#include <iterator>
#include <memory>
#include <set>
#include <utility>

#include "login/exhibits.hpp"
#include "login/key_checks.hpp"
#include "login/key_context.hpp"
#include "login/key_sources.hpp"
#include "login/key_verdict.hpp"
#include "login/key_words.hpp"
#include "login/keys_files.hpp"

namespace reentry {
namespace {

constexpr std::string_view kPublickeyGate = "auth/publickey";
// More keys than any account has; beyond it the answer rests on the first ones.
constexpr std::size_t kMaxKeys = 500;
constexpr std::size_t kMaxObstacles = 100;

bool same_place(const Obstacle& a, const Obstacle& b) {
  return a.cause == b.cause && a.at.path == b.at.path && a.at.line == b.at.line &&
         a.detail("fingerprint") == b.detail("fingerprint");
}

void add_new(std::vector<Obstacle>& to, const std::vector<Obstacle>& from) {
  for (const Obstacle& obstacle : from) {
    const bool known = std::any_of(
        to.begin(), to.end(), [&obstacle](const Obstacle& other) { return same_place(other, obstacle); });
    if (!known && to.size() < kMaxObstacles) to.push_back(obstacle);
  }
}

void add_new(std::vector<Missing>& to, const std::vector<Missing>& from) {
  for (const Missing& missing : from) {
    if (std::find(to.begin(), to.end(), missing) == to.end()) to.push_back(missing);
  }
}

// sshd refuses for certain when a test before the files does, or when every source does.
GateResult result_of(const KeyOutcome& before, const KeyOutcome& sources) {
  if (!before.obstacles.empty()) return GateResult::refuse;
  const bool opens = sources.may_let_in();
  if (!opens && sources.unknown.empty()) return GateResult::refuse;
  return opens && sources.unknown.empty() && before.unknown.empty() ? GateResult::pass : GateResult::unknown;
}

Text detail_of(const Gate& gate, const std::vector<AcceptedKey>& accepted) {
  if (gate.result == GateResult::pass && !accepted.empty()) return words_for_accepted(accepted.front());
  if (gate.result == GateResult::refuse && !gate.obstacles.empty())
    return words_for_obstacle(gate.obstacles.front());
  if (gate.result == GateResult::unknown && !gate.unknown.empty()) {
    return say("not everything that decides about the key could be seen: {}",
               "鍵の可否を決める情報の一部が分かりません: {}", gate.unknown.front().where);
  }
  return {};
}

KeyVerdict verdict_of(const KeyOutcome& before, KeyOutcome sources) {
  KeyVerdict verdict;
  verdict.gate = gate_of(kPublickeyGate, result_of(before, sources));
  add_new(verdict.gate.obstacles, before.obstacles);
  add_new(verdict.gate.obstacles, sources.obstacles);
  if (verdict.gate.result == GateResult::unknown) {
    add_new(verdict.gate.unknown, before.unknown);
    add_new(verdict.gate.unknown, sources.unknown);
  }
  if (sources.may_let_in()) {
    AcceptedKey accepted = *sources.accepted;
    accepted.certain = verdict.gate.result == GateResult::pass;
    verdict.accepted.push_back(std::move(accepted));
  }
  verdict.gate.detail = detail_of(verdict.gate, verdict.accepted);
  return verdict;
}

// What a Match block that can't be decided may put in the files' place.
void note_uncertain_sources(const KeyContext& context, KeyOutcome& out) {
  for (const std::string_view keyword :
       {"authorizedkeysfile", "authorizedkeyscommand", "trustedusercakeys"}) {
    note_uncertain(context, keyword, out);
  }
}

KeyVerdict judge_key(const KeyContext& context, const std::vector<KeysFile>& files, const PublicKey& key) {
  KeyOutcome before = check_method(context);
  before.add(check_algorithm(context, key));
  before.add(check_revoked(context, key));
  KeyOutcome sources = judge_sources(context, files, key);
  note_uncertain_sources(context, sources);
  return verdict_of(before, std::move(sources));
}

// ssh offers the plain key after its certificate.
KeyVerdict judge_offer(const KeyContext& context, const std::vector<KeysFile>& files, const PublicKey& key) {
  KeyVerdict verdict = judge_key(context, files, key);
  if (!key.certificate || verdict.gate.result == GateResult::pass) return verdict;
  KeyProblem problem = KeyProblem::none;
  const std::optional<PublicKey> plain = key_from_blob(key.plain_blob, problem);
  if (!plain) return verdict;
  KeyVerdict second = judge_key(context, files, *plain);
  if (second.gate.result == GateResult::refuse) return verdict;
  if (second.gate.result == GateResult::pass || verdict.gate.result == GateResult::refuse) return second;
  return verdict;
}

std::vector<PublicKey> keys_in(const std::vector<KeysFile>& files) {
  std::vector<PublicKey> out;
  std::set<std::string_view> seen;
  for (const KeysFile& file : files) {
    for (const AuthorizedLine& line : file.keys.lines) {
      const std::optional<PublicKey>& key = line.key ? line.key : line.recovered;
      if (!key || key->certificate || line.options.cert_authority || out.size() >= kMaxKeys) continue;
      if (seen.insert(key->blob).second) out.push_back(*key);
    }
  }
  return out;
}

// A CA that is trusted may have signed a certificate that nobody here has seen.
void note_certificates(const KeyContext& context, const std::vector<KeysFile>& files, KeyOutcome& out) {
  const std::string& file = context.setting("trustedusercakeys").first();
  if (!file.empty() && file != "none") {
    const FileFact* fact = context.facts().paths.find(HostPath(file));
    if (fact == nullptr || !fact->bytes.is_absent()) {
      out.unknown.push_back({Why::not_asked, file, "certificates signed by a trusted CA"});
    }
  }
  for (const KeysFile& keys : files) {
    if (!keys.opens()) continue;
    const bool names_ca =
        std::any_of(keys.keys.lines.begin(), keys.keys.lines.end(), [](const AuthorizedLine& line) {
          return line.kind == KeyLineKind::key && line.options.cert_authority;
        });
    if (names_ca)
      out.unknown.push_back({Why::not_asked, keys.path(), "certificates signed by its cert-authority"});
  }
}

KeyVerdict judge_any(const KeyContext& context, const std::vector<KeysFile>& files) {
  KeyVerdict best;
  best.gate = gate_of(kPublickeyGate, GateResult::refuse);
  const std::vector<PublicKey> keys = keys_in(files);
  for (const PublicKey& key : keys) {
    KeyVerdict one = judge_key(context, files, key);
    if (one.gate.result == GateResult::pass) best.gate.result = GateResult::pass;
    if (one.gate.result == GateResult::unknown && best.gate.result == GateResult::refuse) {
      best.gate.result = GateResult::unknown;
    }
    add_new(best.gate.obstacles, one.gate.obstacles);
    add_new(best.gate.unknown, one.gate.unknown);
    std::move(one.accepted.begin(), one.accepted.end(), std::back_inserter(best.accepted));
  }
  KeyOutcome rest;
  if (keys.empty()) {
    rest = check_method(context);
    rest.add(judge_no_key(context, files));
    note_uncertain_sources(context, rest);
  }
  note_certificates(context, files, rest);
  add_new(best.gate.obstacles, rest.obstacles);
  add_new(best.gate.unknown, rest.unknown);
  const bool off = context.setting("pubkeyauthentication").first() == "no" &&
                   !context.setting("pubkeyauthentication").uncertain;
  if (best.gate.result == GateResult::refuse && !best.gate.unknown.empty() && !off) {
    best.gate.result = GateResult::unknown;
  }
  if (best.gate.result != GateResult::unknown) best.gate.unknown.clear();
  std::stable_sort(best.accepted.begin(), best.accepted.end(),
                   [](const AcceptedKey& a, const AcceptedKey& b) { return a.certain && !b.certain; });
  best.gate.detail = detail_of(best.gate, best.accepted);
  return best;
}

KeyVerdict no_account() {
  KeyVerdict verdict;
  verdict.gate = gate_of(kPublickeyGate, GateResult::skipped);
  return verdict;
}

}  // namespace

KeyVerdict key_verdict(const GateInput& input, const PublicKey& key) {
  const std::optional<KeyContext> context = key_context(input);
  if (!context) return no_account();
  return judge_offer(*context, keys_files(*context), key);
}

const KeyVerdict& key_verdict(const GateInput& input) {
  if (input.keys == nullptr) {
    const std::optional<KeyContext> context = key_context(input);
    const bool one = input.question.kind == CredentialKind::key && input.question.key;
    input.keys = std::make_shared<const KeyVerdict>(
        !context ? no_account()
        : one    ? judge_offer(*context, keys_files(*context), *input.question.key)
                 : judge_any(*context, keys_files(*context)));
  }
  return *input.keys;
}

Gate publickey_gate(const GateInput& input, const PublicKey& key) {
  return key_verdict(input, key).gate;
}

}  // namespace reentry
