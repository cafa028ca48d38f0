#include "login/near_misses.hpp"

#include <algorithm>
#include <array>

namespace reentry {
namespace {

std::optional<NearMiss> in_file(const KeyContext& context, const HostPath& path, const PublicKey* key,
                                const std::string& user) {
  const FileFact* fact = context.facts().paths.find(path);
  if (fact == nullptr || !fact->bytes) return std::nullopt;
  const AuthorizedKeys keys = parse_authorized_keys(*fact->bytes, context.build());
  for (const AuthorizedLine& line : keys.lines) {
    if (!line.key || line.options.cert_authority) continue;
    if (key != nullptr && line.key->plain_blob != key->plain_blob) continue;
    NearMiss miss;
    miss.path = path.str();
    miss.line = line.number;
    miss.user = user;
    miss.fingerprint = line.key->fingerprint();
    return miss;
  }
  return std::nullopt;
}

constexpr std::array<std::string_view, 2> kUsualNames = {".ssh/authorized_keys", ".ssh/authorized_keys2"};

}  // namespace

std::optional<NearMiss> misplaced_in_home(const KeyContext& context, const std::vector<KeysFile>& read,
                                          const PublicKey* key) {
  const HostPath home(context.user.home);
  const auto is_read = [&read](const HostPath& path) {
    return std::any_of(read.begin(), read.end(), [&path](const KeysFile& file) {
      return file.name.state == KeyPathState::path && file.name.path == path;
    });
  };
  for (const std::string& name : misnamed_candidates(context.facts().paths, home)) {
    const HostPath path = home / name;
    if (is_read(path)) continue;
    if (auto miss = in_file(context, path, key, context.user.name)) {
      miss->misnamed = std::find(kUsualNames.begin(), kUsualNames.end(), name) == kUsualNames.end();
      return miss;
    }
  }
  return std::nullopt;
}

std::optional<NearMiss> in_other_account(const KeyContext& context, const PublicKey& key) {
  if (!context.accounts().passwd) return std::nullopt;
  const auto look = [&](const PasswdEntry& other) -> std::optional<NearMiss> {
    if (other.name == context.user.name || other.home == context.user.home) return std::nullopt;
    for (const std::string_view name : kUsualNames) {
      if (auto miss = in_file(context, HostPath(other.home) / name, &key, other.name)) return miss;
    }
    return std::nullopt;
  };
  const PasswdEntry* root = context.accounts().user("root");
  if (root != nullptr) {
    if (auto miss = look(*root)) return miss;
  }
  for (const PasswdEntry& other : *context.accounts().passwd) {
    if (other.name == "root") continue;
    if (auto miss = look(other)) return miss;
  }
  return std::nullopt;
}

}  // namespace reentry
