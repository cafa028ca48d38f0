// What ufw loads (ufw 0.36: src/ufw-init-functions): chains of its own behind the built-in ones, filled by
// before.rules, after.rules and user.rules.
#include <algorithm>
#include <array>

#include "collect/firewall.hpp"
#include "facts/iptables_save.hpp"

namespace reentry {
namespace {

// VALUE of `NAME=VALUE` with or without quotes.
std::string setting_of(std::string_view bytes, std::string_view name) {
  std::string out;
  while (!bytes.empty()) {
    const std::size_t end = std::min(bytes.find('\n'), bytes.size());
    std::string_view line = bytes.substr(0, end);
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    if (!line.starts_with(name) || line.size() <= name.size() || line[name.size()] != '=') continue;
    line.remove_prefix(name.size() + 1);
    while (!line.empty() && (line.back() == ' ' || line.back() == '\r')) line.remove_suffix(1);
    if (line.size() >= 2 && (line.front() == '"' || line.front() == '\'') && line.back() == line.front())
      line = line.substr(1, line.size() - 2);
    out = std::string(line);
  }
  return out;
}

std::string upper(std::string text) {
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return text;
}

// REJECT is DROP with a rule behind the others that says so.
std::string frame_of(const std::string& prefix, const std::string& input, const std::string& output,
                     bool six) {
  const auto policy = [](const std::string& word) { return word == "ACCEPT" ? "ACCEPT" : "DROP"; };
  std::string out = std::string("*filter\n:INPUT ") + policy(input) +
                    " [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT " + policy(output) + " [0:0]\n";
  std::string rules;
  for (const char* chain : {"INPUT", "OUTPUT"}) {
    const std::string side = std::string(chain) == "INPUT" ? "input" : "output";
    for (const std::string& part : {"before-logging-" + side, "before-" + side, "after-" + side,
                                    "after-logging-" + side, "reject-" + side, "track-" + side}) {
      out += ":" + prefix + part + " - [0:0]\n";
      rules += "-A " + std::string(chain) + " -j " + prefix + part + "\n";
    }
  }
  for (const char* part : {"logging-deny", "logging-allow", "skip-to-policy-input", "skip-to-policy-output",
                           "skip-to-policy-forward", "user-input", "user-output", "user-forward",
                           "user-limit", "user-limit-accept", "user-logging-input", "user-logging-output",
                           "user-logging-forward", "before-forward", "after-forward"}) {
    out += ":" + prefix + part + " - [0:0]\n";
  }
  rules += "-A " + prefix + "skip-to-policy-input -j " + input + "\n";
  rules += "-A " + prefix + "skip-to-policy-output -j " + output + "\n";
  const char* reject = six ? "icmp6-port-unreachable" : "icmp-port-unreachable";
  for (const char* side : {"input", "output"}) {
    if ((std::string(side) == "input" ? input : output) == "REJECT")
      rules += "-A " + prefix + "reject-" + side + " -j REJECT --reject-with " + reject + "\n";
  }
  if (output == "ACCEPT") {
    rules += "-A " + prefix + "track-output -p tcp -m conntrack --ctstate NEW -j ACCEPT\n";
    rules += "-A " + prefix + "track-output -p udp -m conntrack --ctstate NEW -j ACCEPT\n";
  }
  if (input == "ACCEPT") {
    rules += "-A " + prefix + "track-input -p tcp -m conntrack --ctstate NEW -j ACCEPT\n";
    rules += "-A " + prefix + "track-input -p udp -m conntrack --ctstate NEW -j ACCEPT\n";
  }
  return out + rules + "COMMIT\n";
}

}  // namespace

Known<PacketRules> saved_ufw(FileTree& tree, Facts& facts) {
  const FileFact conf = tree.read(HostPath("/etc/ufw/ufw.conf"));
  if (conf.bytes.is_absent()) return PacketRules{};
  if (!conf.bytes) return conf.bytes.missing();
  if (setting_of(*conf.bytes, "ENABLED") != "yes") return PacketRules{};
  const FileFact defaults = tree.read(HostPath("/etc/default/ufw"));
  if (!defaults.bytes) return defaults.bytes.missing();
  const std::string input = upper(setting_of(*defaults.bytes, "DEFAULT_INPUT_POLICY"));
  const std::string output = upper(setting_of(*defaults.bytes, "DEFAULT_OUTPUT_POLICY"));
  const bool has_six = setting_of(*defaults.bytes, "IPV6") == "yes";
  PacketRules all;
  for (const bool six : {false, true}) {
    if (six && !has_six) break;
    const std::string prefix = six ? "ufw6-" : "ufw-";
    std::vector<SavedText> texts = {{frame_of(prefix, input, output, six), {}}};
    for (const char* name : {"before", "after", "user"}) {
      const std::string path = "/etc/ufw/" + std::string(name) + (six ? "6" : "") + ".rules";
      FileFact file = tree.read(HostPath(path));
      if (file.bytes.is_absent()) continue;
      if (!file.bytes) return file.bytes.missing();
      texts.push_back({*file.bytes, path});
      if (facts.paths.find(HostPath(path)) == nullptr) facts.paths.put(std::move(file));
    }
    auto rules = parse_iptables_texts(texts, six ? "ip6" : "ip", six ? "ip6tables" : "iptables");
    if (!rules) return rules.missing();
    all.append(std::move(*rules));
  }
  return all;
}

}  // namespace reentry
