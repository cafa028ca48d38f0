#include "checks/service/host_key_remedies.hpp"

#include <algorithm>
#include <optional>

#include "base/shown.hpp"
#include "checks/auth/key_lines.hpp"
#include "checks/config_edits.hpp"

namespace reentry {
namespace {

constexpr std::uint32_t kRsaBits = 3072;  // ssh-keygen's own default since 8.0

struct KeyType {
  std::string name;  // of ssh-keygen -t
  std::uint32_t bits = 0;
};

std::uint32_t rsa_bits(const Facts& facts) {
  const EffectiveConfig startup = effective_config(facts.config, facts.ssh, {});
  const long least = startup.number("requiredrsasize");
  return least > static_cast<long>(kRsaBits) && least <= 16384 ? static_cast<std::uint32_t>(least) : kRsaBits;
}

std::optional<KeyType> type_of(const Facts& facts, const PublicKey& key) {
  const std::string_view type = key.plain_type();
  if (type == "ssh-ed25519") return KeyType{"ed25519", 0};
  if (type == "ssh-rsa") return KeyType{"rsa", rsa_bits(facts)};
  if (type.starts_with("ecdsa-sha2-nistp")) return KeyType{"ecdsa", static_cast<std::uint32_t>(key.bits)};
  return std::nullopt;
}

// By the name that ssh-keygen -A gives it.
std::optional<KeyType> type_named(const Facts& facts, std::string_view name) {
  const auto says = [name](std::string_view word) { return name.find(word) != std::string_view::npos; };
  if (says("dsa44") || (says("dsa") && !says("ecdsa"))) return std::nullopt;
  if (says("ecdsa")) return KeyType{"ecdsa", 0};
  if (says("rsa")) return KeyType{"rsa", rsa_bits(facts)};
  return KeyType{"ed25519", 0};
}

std::string public_path(const HostKeyFact& key) {
  return key.configured + ".pub";
}

std::optional<KeyType> type_for(const Facts& facts, const HostKeyFact& key) {
  const auto open = bytes_of(facts, public_path(key));
  KeyProblem problem = KeyProblem::none;
  if (open) {
    if (const auto known = key_from_line(*open, problem)) return type_of(facts, *known);
  }
  if (key.key && key.key->key) return type_of(facts, *key.key->key);
  return type_named(facts, HostPath(key.configured).name());
}

// root@NAME, as ssh-keygen -A on that host would write it.
std::string comment_of(const Facts& facts) {
  const auto bytes = bytes_of(facts, "/etc/hostname");
  std::string name = bytes ? bytes->substr(0, bytes->find_first_of("\r\n")) : std::string();
  const auto odd = [](char c) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return !plain && c != '-' && c != '.' && c != '_';
  };
  if (name.empty() || name.size() > 64 || std::any_of(name.begin(), name.end(), odd)) name = "localhost";
  return "root@" + name;
}

// Who may read a private key: nobody but root. Red Hat before OpenSSH 9 lets ssh-keysign read it by its
// group.
struct KeyAccess {
  std::uint32_t mode = 0600;
  std::uint32_t gid = 0;
};
KeyAccess access_of(const Facts& facts) {
  const bool redhat = facts.ssh.vendor == Vendor::redhat || facts.ssh.vendor == Vendor::amazon;
  const GroupEntry* group = facts.accounts.group_named("ssh_keys");
  if (!redhat || group == nullptr || facts.ssh.at_least(9, 0)) return {};
  return {0640, group->gid};
}

// The name itself is a symbolic link: what it leads to may lie on a disk that is not mounted.
bool is_link(const PathFact& path) {
  const PathNode* node = path.visited_at(path.asked);
  return node != nullptr && node->stat.type == FileType::symlink;
}

MadeContent made(const Facts& facts, const HostKeyFact& key, const KeyType& type, MadeContent::Kind kind) {
  return {kind, HostPath(key.configured), type.name, type.bits, comment_of(facts)};
}

// A secret goes into a file that is closed already.
Steps closed_first(const Facts& facts, const PathNode& node) {
  const KeyAccess access = access_of(facts);
  const SeenNode seen{node.path, node.stat.mode, node.stat.uid, node.stat.gid};
  const bool group_may = access.gid != 0 && node.stat.gid == access.gid;
  Steps steps;
  if (node.stat.uid != 0) steps = set_owner(seen, 0, group_may ? node.stat.gid : 0);
  const std::uint32_t open_bits = group_may ? 0037U : 0077U;
  for (Step& step : set_mode(seen, node.stat.mode & ~open_bits)) steps.push_back(std::move(step));
  return steps;
}

void add_public_half(const Facts& facts, const HostKeyFact& key, const KeyType& type, Steps& steps) {
  const HostPath path(public_path(key));
  MadeContent content = made(facts, key, type, MadeContent::Kind::public_key);
  const FileFact* fact = facts.paths.find(path);
  if (fact == nullptr) return;
  if (fact->path.end == PathEnd::absent && !is_link(fact->path)) {
    steps.push_back(CreateFile{path, {}, 0644, 0, 0, std::move(content)});
  } else if (const auto before = bytes_of(facts, path.str())) {
    steps.push_back(EditFile{fact->path.real, *before, {}, std::move(content)});
  }
}

}  // namespace

const HostKeyFact* host_key(const Facts& facts, std::string_view configured) {
  const auto& keys = facts.service.host_keys;
  const auto found = std::find_if(keys.begin(), keys.end(), [configured](const HostKeyFact& key) {
    return key.configured == configured;
  });
  return found == keys.end() ? nullptr : &*found;
}

bool public_half_is_left(const Facts& facts, const HostKeyFact& key) {
  const FileFact* fact = facts.paths.find(HostPath(public_path(key)));
  return fact != nullptr && fact->path.found();
}

Steps make_anew(const Facts& facts, const HostKeyFact& key) {
  const std::optional<KeyType> type = type_for(facts, key);
  if (!type || !key.configured.starts_with('/')) return {};
  const KeyAccess access = access_of(facts);
  Steps steps;
  if (key.path.end == PathEnd::absent && !is_link(key.path)) {
    steps.push_back(CreateFile{HostPath(key.configured),
                               {},
                               access.mode,
                               0,
                               access.gid,
                               made(facts, key, *type, MadeContent::Kind::private_key)});
  } else if (key.path.found() && key.path.node().stat.type == FileType::regular) {
    steps = closed_first(facts, key.path.node());
    steps.push_back(EditFile{key.path.real, {}, {}, made(facts, key, *type, MadeContent::Kind::private_key)});
  } else {
    return {};
  }
  add_public_half(facts, key, *type, steps);
  return steps;
}

Steps derive_public_half(const Facts& facts, const HostKeyFact& key) {
  const HostPath path(public_path(key));
  const FileFact* fact = facts.paths.find(path);
  if (fact == nullptr || !key.key || !key.key->loads() || !key.key->key) return {};
  PublicKey open = *key.key->key;
  open.comment = comment_of(facts);
  const std::string line = key_line(open) + "\n";
  if (fact->path.end == PathEnd::absent && !is_link(fact->path))
    return {CreateFile{path, line, 0644, 0, 0, {}}};
  return edit_file(facts, path.str(), line);
}

void add_host_key_remedy(const Facts& facts, const HostKeyFact& key, Finding& finding) {
  const std::string path = shown(key.configured, 0);
  const std::vector<std::string> commands = {"mv " + shell_word(path) + " " + shell_word(path + ".damaged"),
                                             "ssh-keygen -A", "systemctl restart " + unit_name(facts)};
  const PrivateKeyState state = key.key ? key.key->state : PrivateKeyState::damaged;
  if (state == PrivateKeyState::crlf) {
    MadeContent tidy{MadeContent::Kind::tidied_key, HostPath(key.configured), {}, 0, {}};
    Steps steps = closed_first(facts, key.path.node());
    steps.push_back(EditFile{key.path.real, {}, {}, std::move(tidy)});
    add_remedy(finding, "line-ends", Risk::safe,
               say("Set the line ends of {} right: the key itself is whole.",
                   "{} の改行コードを直します。鍵そのものは壊れていません。", path),
               std::move(steps), {"sed -i 's/\\r$//' " + shell_word(path)});
    return;
  }
  const bool of_no_use = state == PrivateKeyState::empty || state == PrivateKeyState::damaged ||
                         state == PrivateKeyState::public_only;
  add_remedy(finding, "generate", of_no_use ? Risk::safe : Risk::choice,
             say("Make a new key in the place of {}; `undo` gives the old file back. If there is a backup of "
                 "the key, restore that instead: clients know it.",
                 "{} に新しい鍵を作ります。元のファイルは `undo` で戻せます。鍵のバックアップがある場合は、"
                 "クライアントが記憶しているため、そちらを復元してください。",
                 path),
             make_anew(facts, key), commands);
}

}  // namespace reentry
