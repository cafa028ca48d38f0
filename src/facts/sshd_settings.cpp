// What the arguments of a good line mean, in the form that settings have.
#include <algorithm>
#include <cstdlib>

#include "base/ascii_case.hpp"
#include "facts/ssh_algorithms.hpp"
#include "facts/sshd_values.hpp"

namespace reentry {
namespace {

using D = Directive;
using Values = std::vector<std::string>;

// misc.c:tilde_expand for root, who runs sshd. Another user's `~name` needs the accounts and stays as it is.
std::string tilde_expanded(const std::string& path) {
  if (path == "~" || path.starts_with("~/")) {
    const std::size_t rest = std::min(path.find_first_not_of('/', 1), path.size());
    return "/root/" + path.substr(rest);
  }
  return path;
}

// servconf.c:derelativise_path; sshd is started in `/`.
std::string absolute(const std::string& path) {
  if (lowered(path) == "none") return "none";
  std::string expanded = tilde_expanded(path);
  if (expanded.starts_with('/') || expanded.starts_with('~')) return expanded;
  return "/" + expanded;
}

Values choice_value(D directive, const std::string& word, const SshBuild& build) {
  const std::string folded = lowered(word);
  for (const Choice* choice = choices_of(directive, build); !choice->word.empty(); ++choice) {
    if (choice->word == folded) return {std::string(choice->means)};
  }
  return {folded};
}

std::string decimal(const std::string& word) {
  std::string_view why;
  const std::optional<long> number = whole_number(word, why);
  return number ? std::to_string(*number) : std::to_string(std::atoi(word.c_str()));
}

std::string seconds(const std::string& word, const SshBuild& build) {
  return std::to_string(time_in_seconds(word, build).value_or(0));
}

Values numbers_of(const std::string& text, std::size_t limit, const Values& missing) {
  Values out;
  std::size_t begin = 0;
  while (begin <= text.size() && out.size() < limit) {
    const std::size_t colon = std::min(text.find(':', begin), text.size());
    out.push_back(std::to_string(std::atoi(text.substr(begin, colon - begin).c_str())));
    begin = colon + 1;
  }
  for (std::size_t i = out.size(); i < missing.size(); ++i) out.push_back(missing[i]);
  return out;
}

std::string ipqos_word(const std::string& word, const SshBuild& build) {
  const int value = ipqos_value(word, build);
  if (value == kNoIpqos) return "none";
  constexpr std::string_view kNames[] = {
      "af11", "af12", "af13", "af21", "af22",     "af23",       "af31",       "af32", "af33",
      "af41", "af42", "af43", "cs0",  "cs1",      "cs2",        "cs3",        "cs4",  "cs5",
      "cs6",  "cs7",  "ef",   "le",   "lowdelay", "throughput", "reliability"};
  for (const std::string_view name : kNames) {
    if (ipqos_value(name, build) == value) return std::string(name);
  }
  constexpr std::string_view kHex = "0123456789abcdef";
  const auto byte = static_cast<unsigned>(value);
  return std::string("0x") + kHex[byte >> 4U] + kHex[byte & 15U];
}

Values algorithm_values(D directive, const std::string& spec, const SshBuild& build) {
  AlgorithmKind kind = AlgorithmKind::key;
  if (directive == D::ciphers) kind = AlgorithmKind::cipher;
  if (directive == D::macs) kind = AlgorithmKind::mac;
  if (directive == D::kex_algorithms) kind = AlgorithmKind::kex;
  if (directive == D::ca_signature_algorithms) kind = AlgorithmKind::ca_signature;
  if (directive == D::gssapi_kex_algorithms) return {spec};
  return assemble_algorithms(kind, spec, build).value_or(Values{});
}

Values penalty_values(const Values& words, const SshBuild& build) {
  Values out;
  for (const std::string& word : words) {
    const std::size_t colon = word.find(':');
    if (colon == std::string::npos || word.starts_with("overflow")) {
      out.push_back(word);
    } else if (word.starts_with("max-sources")) {
      out.push_back(word.substr(0, colon + 1) + decimal(word.substr(colon + 1)));
    } else {
      out.push_back(word.substr(0, colon + 1) + seconds(word.substr(colon + 1), build));
    }
  }
  return out;
}

// misc.c:argv_assemble: a word that has blanks or quotes is put in quotes again.
std::string quoted_again(const std::string& word) {
  std::string out;
  bool blank = false;
  for (const char byte : word) {
    if (byte == ' ' || byte == '\t') blank = true;
    if (byte == '"' || byte == '\'' || byte == '\\') out += '\\';
    out += byte;
  }
  return blank ? "\"" + out + "\"" : out;
}

Values subsystem_values(const Values& words, const SshBuild& build) {
  std::string command;
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (i > 1) command += ' ';
    command += build.at_least(9, 5) ? quoted_again(words[i]) : words[i];
  }
  return {words.empty() ? "" : words.front() + " " + command};
}

Values special_values(D directive, const Values& words, const SshBuild& build) {
  const std::string first = words.empty() ? std::string() : words.front();
  switch (directive) {
    case D::port: return {std::to_string(port_number(first, build))};
    case D::subsystem: return subsystem_values(words, build);
    case D::max_startups:
      return numbers_of(first, 3,
                        first.find(':') == std::string::npos
                            ? Values{"", "30", std::to_string(std::atoi(first.c_str()))}
                            : Values{});
    case D::per_source_net_block_size: return numbers_of(first, 2, {"32", "128"});
    case D::per_source_max_startups: return {first == "none" ? first : decimal(first)};
    case D::per_source_penalties: return penalty_values(words, build);
    case D::rekey_limit: {
      std::string_view why;
      const long long bytes = first == "default" ? 0 : scaled_number(first, why).value_or(0);
      Values out{std::to_string(bytes)};
      if (words.size() > 1) out.push_back(seconds(words[1], build));
      return out;
    }
    case D::ipqos: return {ipqos_word(first, build), ipqos_word(words.back(), build)};
    case D::pubkey_auth_options: {
      Values out;
      for (const char* option : {"touch-required", "verify-required"}) {
        if (std::find(words.begin(), words.end(), option) != words.end()) out.emplace_back(option);
      }
      if (out.empty()) out.emplace_back("none");
      return out;
    }
    case D::unused_connection_timeout: {
      const std::string value = lowered(first) == "none" ? "0" : seconds(first, build);
      return {value == "0" ? "none" : value};
    }
    case D::stream_local_bind_mask: {
      char octal[16];
      std::snprintf(octal, sizeof octal, "0%lo",
                    static_cast<unsigned long>(std::strtol(first.c_str(), nullptr, 8)));
      return {octal};
    }
    case D::fingerprint_hash: return {lowered(first)};
    case D::host_key_agent: return {first == "SSH_AUTH_SOCK" ? first : absolute(first)};
    case D::security_key_provider: return {lowered(first) == "internal" ? "internal" : absolute(first)};
    default: return words;
  }
}

}  // namespace

std::vector<std::string> setting_values(Directive directive, const std::vector<std::string>& arguments,
                                        const SshBuild& build) {
  if (arguments.empty() && directive != D::pubkey_auth_options) return {};
  switch (directive_info(directive).kind) {
    case ValueKind::flag:
    case ValueKind::choice: return choice_value(directive, arguments.front(), build);
    case ValueKind::integer: return {decimal(arguments.front())};
    case ValueKind::time: return {seconds(arguments.front(), build)};
    case ValueKind::path: {
      Values out;
      for (const std::string& word : arguments) out.push_back(absolute(word));
      return out;
    }
    case ValueKind::paths: return {absolute(arguments.front())};
    case ValueKind::text: {
      const std::string& word = arguments.front();
      if (directive == D::authorized_principals_file)
        return {lowered(word) == "none" ? "none" : tilde_expanded(word)};
      return {directive == D::chroot_directory && lowered(word) == "none" ? "none" : word};
    }
    case ValueKind::words: {
      if (directive != D::authorized_keys_file) return arguments;
      Values out;
      for (const std::string& word : arguments) out.push_back(tilde_expanded(word));
      return out;
    }
    case ValueKind::algorithms: return algorithm_values(directive, arguments.front(), build);
    case ValueKind::raw: {
      const bool none = lowered(arguments.front()) == "none";
      return {none ? "none" : arguments.front()};
    }
    case ValueKind::special: return special_values(directive, arguments, build);
  }
  return arguments;
}

}  // namespace reentry
