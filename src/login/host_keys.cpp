#include "login/host_keys.hpp"

#include <algorithm>
#include <set>

#include "base/shown.hpp"
#include "login/exhibits.hpp"
#include "login/strict_modes.hpp"

namespace reentry {
namespace {

constexpr std::string_view kHostKeysGate = "service/host-keys";

HostKeyVerdict damaged(std::string reason) {
  return {HostKeyState::damaged, std::move(reason), {}};
}

HostKeyVerdict unknown(Missing missing) {
  std::string reason = missing.detail;
  return {HostKeyState::unknown, std::move(reason), std::move(missing)};
}

// A file that gave no bytes.
HostKeyVerdict judge_unread(const HostKeyFact& key) {
  switch (key.path.end) {
    case PathEnd::absent:
    case PathEnd::not_a_directory: return {HostKeyState::missing, "there is no such file", {}};
    case PathEnd::loop: return damaged("its symbolic links form a loop");
    case PathEnd::denied:
    case PathEnd::failed: return unknown(key.path.missing());
    case PathEnd::found: break;
  }
  const FileType type = key.path.node().stat.type;
  if (type == FileType::directory) return damaged("it is a directory");
  return unknown(key.key.missing());
}

// Red Hat's patch: the one bit more that the group ssh_keys may have.
bool is_key_group(const AccountFacts& accounts, std::uint32_t gid) {
  const GroupEntry* group = accounts.group_named("ssh_keys");
  return group != nullptr && group->gid == gid;
}

// authfile.c:sshkey_perm_ok. sshd runs as root: files of other owners are not looked at.
HostKeyVerdict judge_mode(const FileStat& stat, const Facts& facts) {
  if (stat.uid != 0 || (stat.mode & 0077U) == 0) return {HostKeyState::usable, {}, {}};
  const bool redhat = facts.ssh.vendor == Vendor::redhat || facts.ssh.vendor == Vendor::amazon;
  if (redhat && (stat.mode & 0077U) == 0040U && is_key_group(facts.accounts, stat.gid)) {
    if (!facts.ssh.at_least(9, 0)) return {HostKeyState::usable, {}, {}};
    return unknown({Why::not_asked, "sshd", "whether this build accepts the group ssh_keys"});
  }
  return {HostKeyState::too_open, "others may read it", {}};
}

long smallest_rsa(const Facts& facts, const EffectiveConfig& startup) {
  if (facts.ssh.at_least(9, 1)) return std::max(startup.number("requiredrsasize"), 1024L);
  return facts.ssh.at_least(7, 6) ? 1024 : 768;
}

// One obstacle for a key file, at the file itself.
Obstacle at_file(Cause cause, const HostKeyFact& key, const HostKeyVerdict& verdict, const Facts& facts) {
  Obstacle obstacle;
  obstacle.cause = cause;
  if (key.path.found()) {
    describe_node(key.path.node(), facts.accounts, obstacle);
  } else {
    obstacle.at = {"file", key.configured, 0, {}};
    obstacle.details.emplace_back("path", key.configured);
  }
  obstacle.details.emplace_back("configured", key.configured);
  obstacle.details.emplace_back("reason", verdict.reason);
  return obstacle;
}

std::string all_paths(const std::vector<HostKeyFact>& keys) {
  std::string text;
  for (const HostKeyFact& key : keys) text += (text.empty() ? "" : " ") + key.configured;
  return text;
}

// Keys that are not there: one obstacle for each HostKey line, one for the built-in names together.
void add_missing(const Facts& facts, const Setting& setting, const std::vector<const HostKeyFact*>& missing,
                 Gate& gate) {
  for (const HostKeyFact* key : missing) {
    const auto value = std::find(setting.values.begin(), setting.values.end(), key->configured);
    const auto index = static_cast<std::size_t>(value - setting.values.begin());
    const ConfigOrigin origin = index < setting.all.size() ? setting.all[index] : setting.at;
    const bool built_in = origin.is_default();
    if (built_in && !gate.obstacles.empty()) return;
    Obstacle obstacle{Cause::service_host_keys_missing, {"file", key->configured, 0, {}}, {}, {}};
    if (!built_in) obstacle.at = config_exhibit(facts, origin);
    obstacle.details = {{"path", key->configured},
                        {"paths", all_paths(facts.service.host_keys)},
                        {"configured", built_in ? "no" : "yes"}};
    gate.obstacles.push_back(std::move(obstacle));
    if (built_in) return;
  }
}

void refuse(const Facts& facts, const Setting& setting, const std::vector<HostKeyVerdict>& verdicts,
            Gate& gate) {
  std::vector<const HostKeyFact*> missing;
  for (const HostKeyState wanted : {HostKeyState::too_open, HostKeyState::damaged}) {
    const Cause cause = wanted == HostKeyState::too_open ? Cause::service_host_keys_too_open
                                                         : Cause::service_host_keys_damaged;
    for (std::size_t i = 0; i < verdicts.size(); ++i) {
      if (verdicts[i].state == wanted) {
        gate.obstacles.push_back(at_file(cause, facts.service.host_keys[i], verdicts[i], facts));
      }
    }
  }
  for (std::size_t i = 0; i < verdicts.size(); ++i) {
    if (verdicts[i].state == HostKeyState::missing) missing.push_back(&facts.service.host_keys[i]);
  }
  add_missing(facts, setting, missing, gate);
  gate.detail = say("no host key can be loaded: sshd ends before it listens",
                    "読み込めるホスト鍵が一つもなく、sshd は待ち受ける前に終了します");
}

// What does not decide: one key of several is gone.
void note_lost(const Facts& facts, const std::vector<HostKeyVerdict>& verdicts, Gate& gate) {
  for (std::size_t i = 0; i < verdicts.size(); ++i) {
    const HostKeyState state = verdicts[i].state;
    if (state == HostKeyState::usable || state == HostKeyState::unknown) continue;
    gate.obstacles.push_back(
        at_file(Cause::hostkey_type_lost, facts.service.host_keys[i], verdicts[i], facts));
  }
}

// sshd.c:main tells of a .pub that does not fit and does without it.
void note_public_halves(const Facts& facts, const std::vector<HostKeyVerdict>& verdicts, Gate& gate) {
  for (std::size_t i = 0; i < verdicts.size(); ++i) {
    const HostKeyFact& key = facts.service.host_keys[i];
    if (verdicts[i].state != HostKeyState::usable || !key.key->key) continue;
    const FileFact* open = facts.paths.find(HostPath(key.configured + ".pub"));
    if (open == nullptr) continue;
    const bool absent = open->path.end == PathEnd::absent;
    if (!absent && !open->bytes) continue;
    KeyProblem problem = KeyProblem::none;
    const auto there = absent ? std::nullopt : key_from_line(*open->bytes, problem);
    if (there && there->plain_blob == key.key->key->plain_blob) continue;
    Obstacle obstacle{Cause::hostkey_public_half, {"file", open->path.asked.str(), 0, {}}, {}, {}};
    obstacle.details = {{"path", open->path.asked.str()},
                        {"configured", key.configured},
                        {"problem", absent ? "absent" : "other"}};
    gate.obstacles.push_back(std::move(obstacle));
  }
}

}  // namespace

HostKeyVerdict judge_host_key(const HostKeyFact& key, const Facts& facts, const EffectiveConfig& startup) {
  if (!key.path.found() || !key.key) return judge_unread(key);
  const PrivateKeyFile& file = *key.key;
  if (!file.loads()) return damaged(file.reason);
  if (file.needs_openssh_9_6 && !facts.ssh.at_least(9, 6)) {
    return damaged("an Ed25519 key in PKCS#8 form, which OpenSSH reads from 9.6 on");
  }
  if (file.key && file.key->plain_type() == "ssh-dss" && facts.ssh.at_least(10, 0)) {
    return damaged("a DSA key, which OpenSSH gave up in 10.0");
  }
  if (file.key && file.key->is_rsa() && file.key->bits != 0 &&
      file.key->bits < smallest_rsa(facts, startup)) {
    return damaged("its RSA key is too short");
  }
  return judge_mode(key.path.node().stat, facts);
}

std::vector<std::string> host_key_algorithms(std::string_view type) {
  if (type == "ssh-rsa") return {"rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"};
  return {std::string(type)};
}

Gate host_keys_gate(const Facts& facts, const EffectiveConfig& startup) {
  if (!facts.service.collected) {
    return unknown_gate(kHostKeysGate, {{Why::not_asked, "/etc/ssh", {}}},
                        say("the host keys were not looked at", "ホスト鍵を調べていません"));
  }
  std::vector<HostKeyVerdict> verdicts;
  Gate gate = gate_of(kHostKeysGate, GateResult::pass);
  std::size_t usable = 0;
  for (const HostKeyFact& key : facts.service.host_keys) {
    verdicts.push_back(judge_host_key(key, facts, startup));
    usable += verdicts.back().state == HostKeyState::usable ? 1 : 0;
    if (verdicts.back().state == HostKeyState::unknown) gate.unknown.push_back(verdicts.back().missing);
  }
  if (usable > 0) {
    gate.unknown.clear();
    note_lost(facts, verdicts, gate);
    note_public_halves(facts, verdicts, gate);
    gate.detail = say("{} of {} host keys can be loaded", "{} 個（全 {} 個中）のホスト鍵を読み込めます",
                      usable, verdicts.size());
    return gate;
  }
  const std::string& agent = startup["hostkeyagent"].first();
  if (!agent.empty() && agent != "none") {
    gate.unknown.push_back({Why::offline, shown(agent), "the keys that an agent holds"});
  }
  if (!gate.unknown.empty()) {
    gate.result = GateResult::unknown;
    gate.detail =
        say("whether a host key can be loaded is not known", "ホスト鍵を読み込めるか確認できません");
    return gate;
  }
  gate.result = GateResult::refuse;
  refuse(facts, startup["hostkey"], verdicts, gate);
  // No HostKey at all: `HostKey none` and nothing else.
  if (gate.obstacles.empty()) {
    gate.obstacles.push_back({Cause::service_host_keys_missing,
                              config_exhibit(facts, startup["hostkey"].at),
                              {},
                              {{"configured", "yes"}}});
  }
  return gate;
}

}  // namespace reentry
