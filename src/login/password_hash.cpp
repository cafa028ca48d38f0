#include "login/password_hash.hpp"

#include <algorithm>
#include <array>

#include "login/exhibits.hpp"
#include "login/pam_modules.hpp"

namespace reentry {
namespace {

struct Method {
  std::string_view prefix;
  std::string_view name;
  std::size_t digest;  // characters behind the last `$`; bcrypt: all behind the cost
  bool glibc;          // glibc's own libcrypt knows it
};

// crypt(5) of libxcrypt.
constexpr std::array kMethods = {
    Method{"$y$", "yescrypt", 43, false}, Method{"$gy$", "gost-yescrypt", 43, false},
    Method{"$7$", "scrypt", 43, false},   Method{"$2a$", "bcrypt", 53, false},
    Method{"$2b$", "bcrypt", 53, false},  Method{"$2x$", "bcrypt", 53, false},
    Method{"$2y$", "bcrypt", 53, false},  Method{"$6$", "SHA-512", 86, true},
    Method{"$5$", "SHA-256", 43, true},   Method{"$sha1$", "SHA-1", 28, false},
    Method{"$md5", "SunMD5", 22, false},  Method{"$1$", "MD5", 22, true},
    Method{"$sm3$", "SM3", 43, false},    Method{"$sm3y$", "SM3-yescrypt", 43, false},
};

bool is_hash_character(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '.' || c == '/';
}

bool all_hash_characters(std::string_view text) {
  return std::all_of(text.begin(), text.end(), is_hash_character);
}

const Method* find_method(std::string_view hash) {
  for (const Method& method : kMethods) {
    if (hash.substr(0, method.prefix.size()) == method.prefix) return &method;
  }
  return nullptr;
}

bool is_des(std::string_view hash) {
  return hash.size() >= 13 && all_hash_characters(hash);
}

bool is_bsdi(std::string_view hash) {
  return hash.size() == 20 && hash.front() == '_' && all_hash_characters(hash.substr(1));
}

}  // namespace

HashState state_of_hash(std::string_view hash, const Known<bool>& yescrypt) {
  // Facts that were saved hold this in place of a hash.
  constexpr std::string_view kBlanked = "blanked-by-reentry";
  if (hash.empty()) return HashState::empty;
  const bool blanked =
      hash.size() >= kBlanked.size() && hash.substr(hash.size() - kBlanked.size()) == kBlanked;
  if (hash == kBlanked) return HashState::usable;
  if (hash.front() == '!' || hash.front() == '*') return HashState::locked;
  if (hash.front() != '$') return is_des(hash) || is_bsdi(hash) ? HashState::usable : HashState::locked;
  const Method* method = find_method(hash);
  if (method == nullptr) return HashState::unsupported;
  const std::string_view digest = hash.substr(hash.rfind('$') + 1);
  if (!blanked && (digest.size() != method->digest || !all_hash_characters(digest)))
    return HashState::damaged;
  if (method->glibc) return HashState::usable;
  if (!yescrypt) return HashState::unknown;
  return *yescrypt ? HashState::usable : HashState::unsupported;
}

std::string_view method_of_hash(std::string_view hash) {
  if (hash.empty()) return {};
  if (hash.front() == '$') {
    const Method* method = find_method(hash);
    return method == nullptr ? std::string_view() : method->name;
  }
  return is_bsdi(hash) ? "BSDi DES" : is_des(hash) ? "DES" : std::string_view();
}

std::optional<Obstacle> hash_obstacle(const PasswdEntry& user, const ShadowEntry* entry, HashState state,
                                      bool empty_is_fine) {
  if (state == HashState::usable || state == HashState::unknown) return std::nullopt;
  if (state == HashState::empty && empty_is_fine) return std::nullopt;
  const std::string& hash = entry != nullptr ? entry->hash : user.password;
  Obstacle obstacle{Cause::auth_password_locked,
                    entry != nullptr ? shadow_exhibit(*entry) : passwd_exhibit(user),
                    {},
                    {{"user", user.name}}};
  if (state == HashState::empty) {
    obstacle.cause = Cause::auth_password_empty;
  } else if (state == HashState::unsupported || state == HashState::damaged) {
    obstacle.cause = Cause::auth_password_hash_unsupported;
    obstacle.details.emplace_back("damaged", state == HashState::damaged ? "yes" : "no");
    obstacle.details.emplace_back("method", std::string(method_of_hash(hash)));
  } else {
    // `!$6$…` gets its password back when the mark is taken away; `!` and `*` never had one.
    const std::size_t marks = hash.find_first_not_of("!*");
    obstacle.details.emplace_back("has_hash",
                                  marks != std::string::npos && hash.size() - marks >= 13 ? "yes" : "no");
    obstacle.details.emplace_back("mark", hash.substr(0, std::min<std::size_t>(marks, 2)));
  }
  return obstacle;
}

namespace pam {

ModuleVerdict verdict_of_hash(const PamQuestion& question, const ShadowEntry* entry, bool empty_is_fine) {
  const Known<bool>& yescrypt = question.input.facts.pam.yescrypt;
  const HashState state = state_of_hash(entry != nullptr ? entry->hash : question.user.password, yescrypt);
  if (state == HashState::unknown) return {{PamCode::success, PamCode::auth_err}, {}, {yescrypt.missing()}};
  std::optional<Obstacle> obstacle = hash_obstacle(question.user, entry, state, empty_is_fine);
  if (!obstacle) return answers(PamCode::success);
  return denies(PamCode::auth_err, std::move(*obstacle));
}

}  // namespace pam
}  // namespace reentry
