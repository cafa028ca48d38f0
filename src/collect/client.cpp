#include "collect/client.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "collect/ssh_config.hpp"
#include "facts/agent_reply.hpp"
#include "facts/packet_values.hpp"
#include "host/agent_socket.hpp"

namespace reentry {
namespace {

constexpr std::size_t kKeyFileLimit = std::size_t{1} << 20U;
constexpr std::size_t kMostIdentities = 100;  // SSH_MAX_IDENTITY_FILES of ssh.h
constexpr std::size_t kMostAddresses = 32;
constexpr std::chrono::milliseconds kSettingsTime{15'000};  // `Match exec` may take its time
constexpr std::chrono::milliseconds kNameTime{20'000};
constexpr std::chrono::milliseconds kAgentTime{3000};

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    out.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> out;
  while (!line.empty()) {
    const std::size_t begin = line.find_first_not_of(" \t\r");
    if (begin == std::string_view::npos) break;
    line.remove_prefix(begin);
    const std::size_t end = std::min(line.find_first_of(" \t\r"), line.size());
    out.emplace_back(line.substr(0, end));
    line.remove_prefix(end);
  }
  return out;
}

// ssh.c:fill_default_options; some of them are of older or newer releases.
bool is_default_name(const std::string& path) {
  constexpr std::array<std::string_view, 8> kNames = {"id_rsa",     "id_ecdsa",          "id_ecdsa_sk",
                                                      "id_ed25519", "id_xmss",           "id_ed25519_sk",
                                                      "id_dsa",     "id_mldsa44_ed25519"};
  constexpr std::string_view kFolder = "~/.ssh/";
  return path.starts_with(kFolder) &&
         std::find(kNames.begin(), kNames.end(), std::string_view(path).substr(kFolder.size())) !=
             kNames.end();
}

std::optional<PublicKey> public_key_at(FileTree& tree, const std::string& path) {
  const FileFact file = tree.read(HostPath(path), kKeyFileLimit);
  if (!file.bytes) return std::nullopt;
  std::string why_not;
  return key_from_any_file(*file.bytes, why_not);
}

IdentityFact identity_at(FileTree& tree, const LocalUser& user, const std::string& path, bool named) {
  IdentityFact out;
  out.path = path;
  out.named = named;
  out.beside = public_key_at(tree, path + ".pub");
  out.certificate = public_key_at(tree, path + "-cert.pub");
  const FileFact file = tree.read(HostPath(path), kKeyFileLimit);
  if (file.path.found()) out.stat = file.path.node().stat;
  if (!file.bytes) {
    out.key = file.bytes.missing();
    return out;
  }
  out.too_open = out.stat.uid == user.uid && (out.stat.mode & 077U) != 0;
  out.key = judge_private_key(*file.bytes);
  return out;
}

std::string agent_path(const ClientEnvironment& environment, const LocalUser& user,
                       const SshClientSettings& settings) {
  const auto configured = settings.identity_agent();
  if (!configured || *configured == "SSH_AUTH_SOCK" || *configured == "$SSH_AUTH_SOCK")
    return environment.agent_socket;
  if (*configured == "none") return {};
  return expand_path(*configured, user, settings);
}

AgentFact agent_at(const std::string& path) {
  AgentFact out;
  out.socket = path;
  if (path.empty()) {
    out.keys = Missing{Why::absent, "SSH_AUTH_SOCK", "not set"};
    return out;
  }
  const Known<std::string> answer = ask_agent(path, agent_identities_request(), kAgentTime);
  if (!answer) {
    out.keys = answer.missing();
    return out;
  }
  const AgentIdentities identities = parse_agent_identities(*answer);
  if (identities.answer != AgentAnswer::fine) {
    out.keys = Missing{Why::malformed, path, "not a list of keys"};
    return out;
  }
  std::vector<PublicKey> keys;
  for (const AgentKey& one : identities.keys) {
    if (!one.key) continue;
    keys.push_back(*one.key);
    keys.back().comment = one.comment;
  }
  out.keys = std::move(keys);
  return out;
}

void take_addresses(const SystemAnswer& answer, int family, NameLookup& out) {
  std::vector<std::string> addresses;
  for (const std::string& line : lines_of(answer.out)) {
    const std::vector<std::string> words = words_of(line);
    if (words.size() < 2 || words[1] != "STREAM" || addresses.size() >= kMostAddresses) continue;
    const auto parsed = parse_address(words[0].substr(0, words[0].find('%')));
    if (parsed && family != 0 && parsed->family != family) {
      out.other_family.push_back(words[0]);
    } else if (std::find(addresses.begin(), addresses.end(), words[0]) == addresses.end()) {
      addresses.push_back(words[0]);
    }
  }
  if (addresses.empty()) {
    out.addresses = Missing{Why::absent, out.name, "no address"};
  } else {
    out.addresses = std::move(addresses);
  }
}

void read_hosts_file(FileTree& tree, NameLookup& out) {
  const FileFact file = tree.read(HostPath("/etc/hosts"));
  if (!file.bytes) return;
  std::size_t number = 0;
  for (const std::string& line : lines_of(*file.bytes)) {
    ++number;
    const std::vector<std::string> words = words_of(std::string_view(line).substr(0, line.find('#')));
    for (std::size_t i = 1; i < words.size(); ++i) {
      if (words[i] == out.name) out.in_hosts_file.push_back({number, words[0], line});
    }
  }
}

// Which lines of the files bear on the host.
void read_configuration(FileTree& tree, const LocalUser& user, const std::string& destination,
                        ClientFacts& out) {
  SshArguments arguments;
  if (user.home.starts_with('/')) arguments.home = HostPath(user.home);
  SshTarget target;
  const std::size_t at = destination.rfind('@');
  target.host = at == std::string::npos ? destination : destination.substr(at + 1);
  if (at != std::string::npos) target.user = destination.substr(0, at);
  target.local_user = user.name;
  for (std::size_t i = 0; i + 1 < out.options.size(); ++i) {
    const std::string& value = out.options[i + 1];
    if (out.options[i] == "-F" && value == "none") arguments.no_files = true;
    if (out.options[i] == "-F" && value.starts_with('/')) arguments.config_file = HostPath(value);
    if (out.options[i] == "-l") target.user = value;
    if (out.options[i] == "-o") arguments.options.push_back(value);
  }
  const SshConfig config = collect_ssh_config(tree, arguments, SshBuild{});
  if (out.settings) target.canonical_host = out.settings->host_name();
  out.origins = effective_ssh_config(config, target);
  out.near_hosts = near_hosts(config, target.host);
}

}  // namespace

LocalUser local_user(RunningSystem& system) {
  LocalUser user;
  user.uid = ::getuid();
  const Known<SystemAnswer> answer = system.ask({"getent", "passwd", std::to_string(user.uid)});
  if (!answer || answer->status != 0) return user;
  std::vector<std::string> fields(1);
  for (const char c : answer->out.substr(0, answer->out.find('\n'))) {
    if (c == ':') {
      fields.emplace_back();
    } else {
      fields.back() += c;
    }
  }
  if (fields.size() < 7) return user;
  user.name = fields[0];
  user.home = fields[5];
  return user;
}

std::string expand_path(const std::string& path, const LocalUser& user, const SshClientSettings& settings) {
  std::string out;
  std::size_t i = 0;
  if (path.starts_with("~/") || path == "~") {
    out = user.home;
    i = 1;
  }
  for (; i < path.size(); ++i) {
    if (path[i] != '%' || i + 1 == path.size()) {
      out += path[i];
      continue;
    }
    switch (path[++i]) {
      case '%': out += '%'; break;
      case 'd': out += user.home; break;
      case 'h': out += settings.host_name(); break;
      case 'i': out += std::to_string(user.uid); break;
      case 'p': out += std::to_string(settings.port()); break;
      case 'r': out += settings.user(); break;
      case 'u': out += user.name; break;
      default: out += {'%', path[i]};
    }
  }
  if (!out.starts_with('/')) {
    std::array<char, 4096> here{};
    if (::getcwd(here.data(), here.size()) != nullptr) out = std::string(here.data()) + "/" + out;
  }
  return out;
}

ClientFacts collect_client(FileTree& tree, RunningSystem& system, const LocalUser& user,
                           const ClientEnvironment& environment, const std::vector<std::string>& options,
                           const std::string& destination) {
  ClientFacts out;
  out.options = options;
  out.local_user = user.name;
  std::vector<std::string> words{"ssh", "-G"};
  words.insert(words.end(), options.begin(), options.end());
  words.emplace_back("--");
  words.push_back(destination);
  const Known<SystemAnswer> answer = system.ask(words, kSettingsTime);
  if (!answer) {
    out.settings = answer.missing();
    return out;
  }
  out.complaints = parse_ssh_complaints(answer->complaint);
  SshClientSettings settings = SshClientSettings::parse(answer->out);
  if (answer->status != 0 || !settings.complete()) {
    const std::vector<std::string> said = lines_of(answer->complaint);
    out.settings = Missing{Why::malformed, "ssh -G", said.empty() ? "no answer" : said.front()};
    return out;
  }
  std::vector<std::string> files = settings.identity_files();
  // A file of -i that is not there is dropped with a warning (ssh.c:main).
  for (std::size_t i = 0; i + 1 < options.size(); ++i) {
    const bool known = std::find(files.begin(), files.end(), options[i + 1]) != files.end();
    if (options[i] == "-i" && !known) files.insert(files.begin(), options[i + 1]);
  }
  for (const std::string& file : files) {
    if (file == "none" || out.identities.size() >= kMostIdentities) continue;
    out.identities.push_back(
        identity_at(tree, user, expand_path(file, user, settings), !is_default_name(file)));
  }
  for (const std::string& file : settings.certificate_files()) {
    auto certificate = public_key_at(tree, expand_path(file, user, settings));
    if (certificate && certificate->certificate && out.certificates.size() < kMostIdentities)
      out.certificates.push_back(std::move(*certificate));
  }
  out.agent = agent_at(agent_path(environment, user, settings));
  out.settings = std::move(settings);
  read_configuration(tree, user, destination, out);
  return out;
}

NameLookup collect_name(FileTree& tree, RunningSystem& system, const SshClientSettings& settings) {
  NameLookup out;
  out.name = settings.host_name();
  const std::string family = settings.address_family();
  const int wanted = family == "inet" ? 4 : family == "inet6" ? 6 : 0;
  if (const auto address = parse_address(out.name.substr(0, out.name.find('%')))) {
    out.literal = true;
    if (wanted == 0 || wanted == address->family) {
      out.addresses = std::vector<std::string>{out.name};
    } else {
      out.other_family.push_back(out.name);
      out.addresses = Missing{Why::absent, out.name, "Address family for hostname not supported"};
    }
    return out;
  }
  const auto began = std::chrono::steady_clock::now();
  const Known<SystemAnswer> answer = system.ask({"getent", "ahosts", "--", out.name}, kNameTime);
  out.microseconds =
      std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - began).count();
  if (!answer) {
    out.addresses = answer.missing();
  } else if (answer->status == 0) {
    take_addresses(*answer, wanted, out);
  } else {
    out.addresses = Missing{Why::absent, out.name, "Could not resolve hostname"};
  }
  read_hosts_file(tree, out);
  return out;
}

std::vector<KnownHosts> collect_known_hosts(FileTree& tree, const LocalUser& user,
                                            const SshClientSettings& settings) {
  std::vector<std::string> paths = settings.user_known_hosts_files();
  for (const std::string& path : settings.global_known_hosts_files()) paths.push_back(path);
  std::vector<KnownHosts> out;
  for (const std::string& path : paths) {
    FileFact file = tree.read(HostPath(expand_path(path, user, settings)));
    if (file.bytes) out.push_back(parse_known_hosts(file.path.asked.str(), std::move(*file.bytes)));
  }
  return out;
}

}  // namespace reentry
