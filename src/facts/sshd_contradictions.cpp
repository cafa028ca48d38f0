// What sshd refuses once every line is read. Sources: OpenSSH sshd.c (main), servconf.c (assemble_algorithms,
// add_one_listen_addr), auth2.c (auth2_methods_valid).
#include <arpa/inet.h>

#include <algorithm>
#include <iterator>

#include "facts/ssh_algorithms.hpp"
#include "facts/sshd_config.hpp"
#include "facts/sshd_keywords.hpp"
#include "facts/sshd_values.hpp"

namespace reentry {
namespace {

struct AlgorithmList {
  Directive directive = Directive::none;
  std::string_view member;  // as servconf.c names it in the message
};

// In the order in which sshd makes them.
constexpr AlgorithmList kLists[] = {
    {Directive::ciphers, "ciphers"},
    {Directive::macs, "macs"},
    {Directive::kex_algorithms, "kex_algorithms"},
    {Directive::host_key_algorithms, "hostkeyalgorithms"},
    {Directive::hostbased_accepted_algorithms, "hostbased_accepted_algos"},
    {Directive::pubkey_accepted_algorithms, "pubkey_accepted_algos"},
    {Directive::ca_signature_algorithms, "ca_sign_algorithms"},
};

ConfigProblem problem(const ConfigOrigin& at, std::string_view keyword, const std::string& message) {
  ConfigProblem out;
  out.severity = ConfigSeverity::fatal;
  out.at = at;
  out.message = as_logged(message);
  out.keyword = std::string(keyword);
  out.bare = true;
  return out;
}

std::string_view member_of(const AlgorithmList& list, const SshBuild& build) {
  if (build.at_least(8, 5)) return list.member;
  if (list.directive == Directive::hostbased_accepted_algorithms) return "hostbased_key_types";
  if (list.directive == Directive::pubkey_accepted_algorithms) return "pubkey_key_types";
  return list.member;
}

bool is_v6(const std::string& host) {
  in6_addr address{};
  return ::inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

bool is_v4(const std::string& host) {
  in_addr address{};
  return ::inet_pton(AF_INET, host.c_str(), &address) == 1;
}

// Names of hosts that no resolver answers: other characters than names have, or a number that is no address.
// Any other name may be in DNS or not; that is not told from the configuration.
bool is_hopeless(const std::string& host) {
  constexpr std::string_view kNumeric = "0123456789.";
  constexpr std::string_view kInNames = "0123456789.-_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  in_addr address{};
  if (is_v6(host) || ::inet_aton(host.c_str(), &address) != 0) return false;
  if (host.find('%') != std::string::npos && is_v6(host.substr(0, host.find('%')))) return false;
  return host.find_first_not_of(kInNames) != std::string::npos ||
         host.find_first_not_of(kNumeric) == std::string::npos;
}

void check_addresses(std::vector<ConfigProblem>& out, const EffectiveConfig& startup) {
  const std::string& family = startup["addressfamily"].first();
  const Setting& addresses = startup["listenaddress"];
  for (std::size_t i = 0; i < addresses.values.size(); ++i) {
    const ConfigOrigin at = i < addresses.all.size() ? addresses.all[i] : addresses.at;
    if (at.is_default() || at.line == 0) continue;
    const std::string host = split_host_port(addresses.values[i]).host;
    const bool other = (family == "inet" && is_v6(host)) || (family == "inet6" && is_v4(host));
    if (!other && !is_hopeless(host)) continue;
    const std::string why = other ? "Address family for hostname not supported" : "Name or service not known";
    out.push_back(problem(at, "ListenAddress", "bad addr or host: " + host + " (" + why + ")"));
  }
}

void check_algorithms(std::vector<ConfigProblem>& out, const EffectiveConfig& startup,
                      const SshBuild& build) {
  for (const AlgorithmList& list : kLists) {
    const DirectiveInfo& info = directive_info(list.directive);
    const Setting& setting = startup[canonical_keyword(list.directive)];
    // A list that only takes names away may well become empty; one that names some may not.
    if (setting.at.is_default() || !setting.values.empty() || setting.may_be_empty) continue;
    const std::string function =
        build.at_least(8, 5) ? "assemble_algorithms: " : "fill_default_server_options: ";
    out.push_back(problem(setting.at, info.word,
                          function + std::string(member_of(list, build)) + ": invalid argument"));
  }
}

bool is_enabled(const std::string& method, const EffectiveConfig& startup) {
  if (method == "none") return true;
  if (method == "publickey") return startup.yes("pubkeyauthentication");
  if (method == "password") return startup.yes("passwordauthentication");
  if (method == "keyboard-interactive") return startup.yes("kbdinteractiveauthentication");
  if (method == "hostbased") return startup.yes("hostbasedauthentication");
  return startup.yes("gssapiauthentication");
}

// The first method of the list that is off, or empty.
std::string disabled_method(const std::string& list, const EffectiveConfig& startup) {
  std::size_t begin = 0;
  while (begin <= list.size()) {
    const std::size_t comma = std::min(list.find(',', begin), list.size());
    std::string method = list.substr(begin, comma - begin);
    method.resize(std::min(method.find(':'), method.size()));
    if (!is_enabled(method, startup)) return method;
    begin = comma + 1;
  }
  return {};
}

void check_methods(std::vector<ConfigProblem>& out, const EffectiveConfig& startup) {
  const Setting& methods = startup["authenticationmethods"];
  if (methods.at.is_default() || methods.first() == "any" || methods.values.empty()) return;
  std::string preface;
  for (const std::string& list : methods.values) {
    const std::string disabled = disabled_method(list, startup);
    if (disabled.empty()) return;
    if (!preface.empty()) preface += '\n';
    preface += "Disabled method \"" + disabled + "\" in AuthenticationMethods list \"" + list + "\"";
  }
  out.push_back(problem(methods.at, "AuthenticationMethods",
                        "AuthenticationMethods cannot be satisfied by enabled authentication methods"));
  out.back().preface = preface;
}

void check_command(std::vector<ConfigProblem>& out, const EffectiveConfig& startup, std::string_view word,
                   std::string_view command, std::string_view user) {
  if (startup[command].first() == "none" || !startup[user].at.is_default()) return;
  out.push_back(
      problem(startup[command].at, word, std::string(word) + " set without " + std::string(word) + "User"));
}

}  // namespace

std::vector<ConfigProblem> contradictions(const SshdConfig&, const EffectiveConfig& startup,
                                          const SshBuild& build) {
  std::vector<ConfigProblem> out;
  check_addresses(out, startup);
  check_algorithms(out, startup, build);
  check_command(out, startup, "AuthorizedKeysCommand", "authorizedkeyscommand", "authorizedkeyscommanduser");
  check_command(out, startup, "AuthorizedPrincipalsCommand", "authorizedprincipalscommand",
                "authorizedprincipalscommanduser");
  check_methods(out, startup);
  if (!out.empty()) out.front().stops = true;
  return out;
}

}  // namespace reentry
