#include "login/key_checks.hpp"

#include <algorithm>
#include <utility>

#include "facts/key_algorithms.hpp"
#include "facts/krl.hpp"
#include "facts/ssh_algorithms.hpp"
#include "login/exhibits.hpp"

namespace reentry {
namespace {

// The locus of a setting: its line, or the main file where the built-in value holds.
Exhibit setting_exhibit(const KeyContext& context, const Setting& setting) {
  if (!setting.at.is_default()) return config_exhibit(context.facts(), setting.at);
  Exhibit at;
  at.path = context.facts().config.main_file.str();
  return at;
}

std::string list_of(const Setting& setting) {
  std::string out;
  for (const std::string& value : setting.values) {
    if (!out.empty()) out += ',';
    out += value;
  }
  return out;
}

// The names in effect (a setting's are assembled already); the built-in ones where there are none.
const std::vector<std::string>& algorithms_of(const KeyContext& context, const Setting& setting,
                                              AlgorithmKind kind, std::vector<std::string>& built_in) {
  if (!setting.values.empty()) return setting.values;
  const std::vector<std::string_view> names = default_algorithms(kind, context.build());
  built_in.assign(names.begin(), names.end());
  return built_in;
}

Obstacle algorithm_refused(const KeyContext& context, const Setting& setting, const PublicKey& key,
                           std::string_view keyword, const std::string& algorithm) {
  Obstacle obstacle;
  obstacle.cause = Cause::auth_key_algorithm_refused;
  obstacle.at = setting_exhibit(context, setting);
  obstacle.details = {{"keyword", std::string(keyword)},
                      {"algorithm", algorithm},
                      {"type", key.type},
                      {"fingerprint", key.fingerprint()},
                      {"list", list_of(setting)}};
  return obstacle;
}

enum class Fit { no, other_name_only, yes };

// Which name of the client's sshd holds against the list: up to 7.4 the key's type. From 9.6 on the client is
// told the list (server-sig-algs, RFC 8308) and takes the first of its names that is on it; before, it uses
// the name that it likes best, `rsa-sha2-512` for RSA, and does not come back with another.
Fit fit_of(const KeyContext& context, const PublicKey& key, const std::vector<std::string>& accepted) {
  if (!context.build().at_least(7, 5)) return lists_algorithm(accepted, key.type) ? Fit::yes : Fit::no;
  const std::vector<std::string> names = client_algorithms(key);
  if (lists_algorithm(accepted, names.front())) return Fit::yes;
  const bool other = std::any_of(names.begin(), names.end(), [&accepted](const std::string& name) {
    return lists_algorithm(accepted, name);
  });
  if (!other) return Fit::no;
  return context.build().at_least(9, 6) ? Fit::yes : Fit::other_name_only;
}

// RSA keys below this many bits are refused: RequiredRSASize, and a fixed limit before it.
long least_rsa_bits(const KeyContext& context) {
  const long fixed = context.build().at_least(7, 6) ? 1024 : 768;
  return std::max(fixed, context.input.connection.number("requiredrsasize"));
}

void check_rsa_size(const KeyContext& context, const PublicKey& key, KeyOutcome& out) {
  if (!key.is_rsa() || note_uncertain(context, "requiredrsasize", out)) return;
  const long least = least_rsa_bits(context);
  if (key.bits >= least) return;
  Obstacle obstacle;
  obstacle.cause = Cause::auth_rsa_key_too_short;
  obstacle.at = setting_exhibit(context, context.setting("requiredrsasize"));
  obstacle.details = {{"bits", std::to_string(key.bits)},
                      {"least", std::to_string(least)},
                      {"fingerprint", key.fingerprint()}};
  out.obstacles.push_back(std::move(obstacle));
}

Obstacle list_unreadable(const KeyContext& context, const Setting& setting, const HostPath& path,
                         std::string_view reason) {
  Obstacle obstacle;
  obstacle.cause = Cause::auth_revoked_keys_unreadable;
  obstacle.at.path = path.str();
  obstacle.evidence.push_back(setting_exhibit(context, setting));
  obstacle.details = {{"path", path.str()}, {"reason", std::string(reason)}};
  return obstacle;
}

void check_list(const KeyContext& context, const Setting& setting, const std::string& file,
                const PublicKey& key, KeyOutcome& out) {
  const HostPath path(file);
  const FileFact* fact = context.facts().paths.find(path);
  if (fact == nullptr || fact->path.end == PathEnd::denied || fact->path.end == PathEnd::failed) {
    out.unknown.push_back(missing_fact(fact, path));
    return;
  }
  if (!fact->path.found()) {
    out.obstacles.push_back(list_unreadable(context, setting, path, fact->path.missing().detail));
    return;
  }
  if (!fact->bytes) {
    if (fact->path.node().stat.type == FileType::regular) {
      out.unknown.push_back(missing_fact(fact, path));
    } else {
      out.obstacles.push_back(list_unreadable(context, setting, path, "not a regular file"));
    }
    return;
  }
  RevokedKeysProblem problem;
  const std::optional<RevokedKeys> revoked = parse_revoked_keys(*fact->bytes, problem);
  if (!revoked) {
    Obstacle obstacle = list_unreadable(context, setting, path, problem.reason);
    obstacle.at.line = problem.line;
    if (problem.line > 0) obstacle.at.text = line_of(*fact->bytes, problem.line);
    out.obstacles.push_back(std::move(obstacle));
    return;
  }
  KeyProblem why = KeyProblem::none;
  const std::optional<PublicKey> ca =
      key.certificate ? key_from_blob(key.certificate->ca_blob, why) : std::nullopt;
  const bool ca_listed = ca && revoked->lists(*ca);
  if (!ca_listed && !revoked->lists(key)) return;
  Obstacle obstacle;
  obstacle.cause = Cause::auth_key_revoked;
  obstacle.at.path = path.str();
  obstacle.evidence.push_back(setting_exhibit(context, setting));
  obstacle.details = {{"fingerprint", ca_listed ? ca->fingerprint() : key.fingerprint()},
                      {"path", path.str()},
                      {"whose", ca_listed ? "ca" : "key"}};
  out.obstacles.push_back(std::move(obstacle));
}

}  // namespace

bool note_uncertain(const KeyContext& context, std::string_view keyword, KeyOutcome& out) {
  const Setting& setting = context.setting(keyword);
  if (!setting.uncertain) return false;
  out.unknown.push_back({Why::not_asked, setting.at.file,
                         std::string(keyword) + ": a Match block that can't be decided sets it"});
  return true;
}

KeyOutcome check_method(const KeyContext& context) {
  KeyOutcome out;
  if (note_uncertain(context, "pubkeyauthentication", out)) return out;
  const Setting& setting = context.setting("pubkeyauthentication");
  if (setting.first() != "no") return out;
  Obstacle obstacle;
  obstacle.cause = Cause::auth_pubkey_off;
  obstacle.at = setting_exhibit(context, setting);
  out.obstacles.push_back(std::move(obstacle));
  return out;
}

KeyOutcome check_algorithm(const KeyContext& context, const PublicKey& key) {
  KeyOutcome out;
  if (!note_uncertain(context, "pubkeyacceptedalgorithms", out)) {
    const Setting& setting = context.setting("pubkeyacceptedalgorithms");
    std::vector<std::string> built_in;
    const auto& accepted = algorithms_of(context, setting, AlgorithmKind::key, built_in);
    const Fit fit = fit_of(context, key, accepted);
    if (fit != Fit::yes) {
      out.obstacles.push_back(algorithm_refused(context, setting, key, "PubkeyAcceptedAlgorithms",
                                                client_algorithms(key).front()));
      // A client that signs with the other name gets in.
      out.obstacles.back().certain = fit == Fit::no;
    }
  }
  if (key.certificate && context.build().at_least(7, 9) &&
      !note_uncertain(context, "casignaturealgorithms", out)) {
    const Setting& setting = context.setting("casignaturealgorithms");
    std::vector<std::string> built_in;
    const auto& accepted = algorithms_of(context, setting, AlgorithmKind::ca_signature, built_in);
    const std::string& algorithm = key.certificate->signature_algorithm;
    if (!lists_algorithm(accepted, algorithm)) {
      out.obstacles.push_back(algorithm_refused(context, setting, key, "CASignatureAlgorithms", algorithm));
    }
  }
  check_rsa_size(context, key, out);
  return out;
}

KeyOutcome check_revoked(const KeyContext& context, const PublicKey& key) {
  KeyOutcome out;
  if (note_uncertain(context, "revokedkeys", out)) return out;
  const Setting& setting = context.setting("revokedkeys");
  for (const std::string& file : setting.values) {
    if (file.empty() || file == "none") continue;
    check_list(context, setting, file, key, out);
    if (!context.build().at_least(10, 3)) break;
  }
  return out;
}

}  // namespace reentry
