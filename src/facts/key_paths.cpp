#include "facts/key_paths.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace reentry {
namespace {

// limits.h: PATH_MAX.
constexpr std::size_t kPathMax = 4096;

bool same_folded(std::string_view a, std::string_view lower_case) {
  return std::equal(a.begin(), a.end(), lower_case.begin(), lower_case.end(), [](char x, char y) {
    return (x >= 'A' && x <= 'Z' ? static_cast<char>(x - 'A' + 'a') : x) == y;
  });
}

// servconf.c runs misc.c:tilde_expand over the value when it is read, as root: `~` is root's home.
std::string expand_tilde(std::string_view pattern, const PasswdEntry& user, const AccountFacts& accounts,
                         bool& root_tilde) {
  if (!pattern.starts_with('~')) return std::string(pattern);
  const std::size_t slash = std::min(pattern.find('/'), pattern.size());
  const std::string_view name = pattern.substr(1, slash - 1);
  std::string home = name.empty() ? "/root" : "";
  const PasswdEntry* owner = accounts.user(name.empty() ? std::string_view("root") : name);
  if (owner != nullptr) home = owner->home;
  if (home.empty()) return std::string(pattern);
  root_tilde = name.empty() && user.uid != 0;
  while (home.size() > 1 && home.ends_with('/')) home.pop_back();
  return home + std::string(pattern.substr(slash));
}

// misc.c:percent_expand with the tokens of auth.c:expand_authorized_keys. False on an unknown token.
bool expand_tokens(std::string_view text, const PasswdEntry& user, bool has_uid_token, std::string& out,
                   std::string& token) {
  out.reserve(text.size() + user.home.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::size_t plain = std::min(text.find('%', i), text.size());
    out += text.substr(i, plain - i);
    i = plain;
    if (i == text.size()) break;
    const char letter = i + 1 < text.size() ? text[++i] : '\0';
    if (letter == '%') {
      out += '%';
    } else if (letter == 'h') {
      out += user.home;
    } else if (letter == 'u') {
      out += user.name;
    } else if (letter == 'U' && has_uid_token) {
      out += std::to_string(user.uid);
    } else {
      token = "%";
      if (letter != '\0') token += letter;
      return false;
    }
  }
  return true;
}

}  // namespace

KeyPath expand_key_path(std::string_view pattern, const PasswdEntry& user, const AccountFacts& accounts,
                        const SshBuild& build) {
  KeyPath out;
  out.pattern = std::string(pattern);
  if (pattern.empty() || same_folded(pattern, "none")) {
    out.state = KeyPathState::none;
    return out;
  }
  const std::string plain = expand_tilde(pattern, user, accounts, out.root_tilde);
  std::string text;
  if (!expand_tokens(plain, user, build.at_least(7, 8), text, out.token)) {
    out.state = KeyPathState::unknown_token;
    return out;
  }
  if (!text.starts_with('/')) text = user.home + "/" + text;
  if (text.size() >= kPathMax) out.state = KeyPathState::too_long;
  out.glob = build.at_least(10, 0) && text.find_first_of("*?[") != std::string::npos;
  out.path = HostPath(text);
  return out;
}

std::vector<std::string> all_keys_file_patterns(const SshdConfig& config) {
  std::vector<std::string> out;
  const auto add = [&out](const std::string& value) {
    if (std::find(out.begin(), out.end(), value) == out.end()) out.push_back(value);
  };
  bool set_for_all = false;
  for (const ConfigLine& line : config.lines) {
    if (line.keyword != "authorizedkeysfile" || line.dead) continue;
    set_for_all = set_for_all || line.match == 0;
    for (const std::string& value : line.values) add(value);
  }
  if (!set_for_all) {
    add(".ssh/authorized_keys");
    add(".ssh/authorized_keys2");
  }
  return out;
}

bool is_misnamed_keys_file(std::string_view name) {
  if (name == "authorized_keys" || name == "authorized_keys2" || name.size() > 64) return false;
  // `authorized_keys.pub`, `authorised-keys`, `Authorized_Keys.txt`, `authorized_key`, `authorizedkeys`,
  // `auth_keys`
  std::string letters;
  for (const char c : name) {
    const char folded = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (folded >= 'a' && folded <= 'z') letters += folded;
  }
  constexpr std::array<std::string_view, 9> kStarts = {"authorizedkey", "authorisedkey", "autorizedkey",
                                                       "authorizekey",  "authorzedkey",  "authorizedky",
                                                       "autherizedkey", "authorizedkye", "authkey"};
  return std::any_of(kStarts.begin(), kStarts.end(),
                     [&letters](std::string_view start) { return letters.starts_with(start); });
}

std::vector<std::string> misnamed_candidates(const PathStore& paths, const HostPath& home) {
  std::vector<std::string> out = {".ssh/authorized_keys", ".ssh/authorized_keys2"};
  const auto add_directory = [&](std::string_view directory) {
    const FileFact* fact = paths.find(home / directory);
    if (fact == nullptr || !fact->bytes) return;
    std::string_view names = *fact->bytes;
    while (!names.empty()) {
      const std::size_t end = std::min(names.find('\n'), names.size());
      out.push_back(std::string(directory) + "/" + std::string(names.substr(0, end)));
      names.remove_prefix(std::min(end + 1, names.size()));
    }
  };
  add_directory(".ssh");
  for (const std::string_view directory : kMisnamedKeyDirectories) add_directory(directory);
  return out;
}

}  // namespace reentry
