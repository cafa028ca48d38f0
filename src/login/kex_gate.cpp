#include "login/kex_gate.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "base/shown.hpp"
#include "facts/ssh_algorithms.hpp"
#include "login/exhibits.hpp"
#include "login/host_keys.hpp"

namespace reentry {
namespace {

using Names = std::vector<std::string>;

// The lists in the order in which kex.c chooses from them.
enum Part : std::size_t { kKex, kHostKey, kCipher, kMac, kParts };

struct PartInfo {
  std::string_view kind;  // as sshd logs it
  std::string_view kind_ja;
  std::string_view keyword;
};
constexpr std::array<PartInfo, kParts> kInfo = {{{"key exchange method", "鍵交換方式", "kexalgorithms"},
                                                 {"host key type", "ホスト鍵の種類", "hostkeyalgorithms"},
                                                 {"cipher", "暗号方式", "ciphers"},
                                                 {"MAC", "MAC", "macs"}}};

using Lists = std::array<Names, kParts>;

// What a client without a configuration offers. From 10.0 on the lists of client and server differ: the
// client keeps the finite-field groups.
Lists client_lists(const SshVersion& version) {
  SshBuild build;
  build.version = version;
  const auto list = [](AlgorithmKind kind, const SshBuild& of) {
    const std::vector<std::string_view> names = default_algorithms(kind, of);
    return Names(names.begin(), names.end());
  };
  Lists lists{list(AlgorithmKind::kex, build), list(AlgorithmKind::key, build),
              list(AlgorithmKind::cipher, build), list(AlgorithmKind::mac, build)};
  if (version >= SshVersion{10, 0, 0}) {
    for (const char* group : {"diffie-hellman-group-exchange-sha256", "diffie-hellman-group16-sha512",
                              "diffie-hellman-group18-sha512", "diffie-hellman-group14-sha256"}) {
      lists[kKex].emplace_back(group);
    }
  }
  return lists;
}

bool has(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// The first entry of the client's list that the server has too; empty when there is none.
std::string chosen(const Names& client, const Names& server) {
  const auto found = std::find_if(client.begin(), client.end(),
                                  [&server](const std::string& name) { return has(server, name); });
  return found == client.end() ? std::string() : *found;
}

// These carry their own authentication, so that no MAC is chosen.
bool is_aead(std::string_view cipher) {
  return cipher.starts_with("chacha20-poly1305") || cipher.find("-gcm@") != std::string_view::npos;
}

// The parts on which this client and the server can't agree.
std::array<bool, kParts> failures(const Lists& client, const Lists& server) {
  std::array<bool, kParts> failed{};
  for (std::size_t part = 0; part < kParts; ++part) failed[part] = chosen(client[part], server[part]).empty();
  if (is_aead(chosen(client[kCipher], server[kCipher]))) failed[kMac] = false;
  return failed;
}

// HostKeyAlgorithms, as far as a key of that type is loaded; all of them where a key's type is not known.
Names host_key_list(const GateInput& input) {
  const Names& configured = input.startup["hostkeyalgorithms"].values;
  Names loaded;
  for (const HostKeyFact& key : input.facts.service.host_keys) {
    const HostKeyVerdict verdict = judge_host_key(key, input.facts, input.startup);
    if (verdict.state == HostKeyState::unknown) return configured;
    if (verdict.state != HostKeyState::usable) continue;
    if (!key.key->key) return configured;
    for (std::string& name : host_key_algorithms(key.key->key->plain_type()))
      loaded.push_back(std::move(name));
  }
  // Without any key there is another gate that refuses.
  if (loaded.empty()) return configured;
  Names both;
  std::copy_if(configured.begin(), configured.end(), std::back_inserter(both),
               [&loaded](const std::string& name) { return has(loaded, name); });
  return both;
}

std::string comma_list(const Names& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ",") + name;
  return text;
}

void add_failure(const GateInput& input, Part part, const Names& server, Gate& gate) {
  const Setting& setting = input.startup[kInfo[part].keyword];
  Obstacle obstacle;
  obstacle.cause = Cause::kex_no_common_algorithm;
  obstacle.at = config_exhibit(input.facts, setting.at);
  if (setting.at.is_default()) obstacle.at = {"file", input.facts.config.main_file.str(), 0, {}};
  obstacle.details = {{"kind", std::string(kInfo[part].kind)},
                      {"keyword", std::string(kInfo[part].keyword)},
                      {"server", comma_list(server)}};
  gate.obstacles.push_back(std::move(obstacle));
  if (!gate.detail.empty()) return;
  const std::string offer = server.empty() ? std::string("-") : shown(comma_list(server));
  gate.detail = Text{fmt::format("no {} in common with a current OpenSSH client: the server has {}",
                                 kInfo[part].kind, offer),
                     fmt::format("現在の OpenSSH クライアントと共通の{}がありません（サーバー側: {}）",
                                 kInfo[part].kind_ja, offer)};
}

}  // namespace

Gate kex_gate(const GateInput& input) {
  Gate gate = gate_of("kex/algorithms", GateResult::pass);
  Lists server;
  for (std::size_t part = 0; part < kParts; ++part) server[part] = input.startup[kInfo[part].keyword].values;
  server[kHostKey] = host_key_list(input);
  const auto fails = [](const std::array<bool, kParts>& failed) {
    return std::any_of(failed.begin(), failed.end(), [](bool one) { return one; });
  };
  const std::array<bool, kParts> older = failures(client_lists({9, 9, 1}), server);
  const std::array<bool, kParts> newest = failures(client_lists({10, 5, 1}), server);
  if (!fails(older) || !fails(newest)) return gate;
  for (const Part part : {kKex, kHostKey, kCipher, kMac}) {
    // A list that nothing set and that is not known here decides nothing.
    if (newest[part] && (!input.startup[kInfo[part].keyword].values.empty())) {
      add_failure(input, part, server[part], gate);
    }
  }
  settle(gate);
  return gate;
}

}  // namespace reentry
