#include "facts/ssh_algorithms.hpp"

#include <algorithm>
#include <iterator>

#include "base/ascii_case.hpp"
#include "facts/pattern.hpp"

namespace reentry {
namespace {

// MAJOR * 100 + MINOR; from `since` until before `until`.
constexpr int kAlways = 0;
constexpr int kNever = 9999;

struct Name {
  std::string_view name;
  int since = kAlways;
  int until = kNever;
};

constexpr Name kCiphers[] = {
    {"3des-cbc"},
    {"blowfish-cbc", kAlways, 706},
    {"cast128-cbc", kAlways, 706},
    {"arcfour", kAlways, 706},
    {"arcfour128", kAlways, 706},
    {"arcfour256", kAlways, 706},
    {"aes128-cbc"},
    {"aes192-cbc"},
    {"aes256-cbc"},
    {"rijndael-cbc@lysator.liu.se", kAlways, 805},
    {"aes128-ctr"},
    {"aes192-ctr"},
    {"aes256-ctr"},
    {"aes128-gcm@openssh.com"},
    {"aes256-gcm@openssh.com"},
    {"chacha20-poly1305@openssh.com"},
};
constexpr Name kDefaultCiphers[] = {
    {"chacha20-poly1305@openssh.com"},
    {"aes128-gcm@openssh.com", 1000},
    {"aes256-gcm@openssh.com", 1000},
    {"aes128-ctr"},
    {"aes192-ctr"},
    {"aes256-ctr"},
    {"aes128-gcm@openssh.com", kAlways, 1000},
    {"aes256-gcm@openssh.com", kAlways, 1000},
};

constexpr Name kMacs[] = {
    {"hmac-sha1"},
    {"hmac-sha1-96"},
    {"hmac-sha2-256"},
    {"hmac-sha2-512"},
    {"hmac-md5"},
    {"hmac-md5-96"},
    {"hmac-ripemd160", kAlways, 706},
    {"hmac-ripemd160@openssh.com", kAlways, 706},
    {"umac-64@openssh.com"},
    {"umac-128@openssh.com"},
    {"hmac-sha1-etm@openssh.com"},
    {"hmac-sha1-96-etm@openssh.com"},
    {"hmac-sha2-256-etm@openssh.com"},
    {"hmac-sha2-512-etm@openssh.com"},
    {"hmac-md5-etm@openssh.com"},
    {"hmac-md5-96-etm@openssh.com"},
    {"hmac-ripemd160-etm@openssh.com", kAlways, 706},
    {"umac-64-etm@openssh.com"},
    {"umac-128-etm@openssh.com"},
};
constexpr Name kDefaultMacs[] = {
    {"umac-64-etm@openssh.com"},
    {"umac-128-etm@openssh.com"},
    {"hmac-sha2-256-etm@openssh.com"},
    {"hmac-sha2-512-etm@openssh.com"},
    {"hmac-sha1-etm@openssh.com"},
    {"umac-64@openssh.com"},
    {"umac-128@openssh.com"},
    {"hmac-sha2-256"},
    {"hmac-sha2-512"},
    {"hmac-sha1"},
};

// Debian's 9.2 has the name without a domain from a later release.
constexpr std::string_view kSntrup = "sntrup761x25519-sha512";
constexpr std::string_view kSntrupOpenssh = "sntrup761x25519-sha512@openssh.com";
constexpr Name kKex[] = {
    {"diffie-hellman-group1-sha1"},
    {"diffie-hellman-group14-sha1"},
    {"diffie-hellman-group14-sha256"},
    {"diffie-hellman-group16-sha512"},
    {"diffie-hellman-group18-sha512"},
    {"diffie-hellman-group-exchange-sha1"},
    {"diffie-hellman-group-exchange-sha256"},
    {"ecdh-sha2-nistp256"},
    {"ecdh-sha2-nistp384"},
    {"ecdh-sha2-nistp521"},
    {"curve25519-sha256"},
    {"curve25519-sha256@libssh.org"},
    {"sntrup4591761x25519-sha512@tinyssh.org", 800, 805},
    {kSntrup, 902},
    {kSntrupOpenssh, 805},
    {"mlkem768x25519-sha256", 909},
};
constexpr Name kDefaultKex[] = {
    {"mlkem768x25519-sha256", 1000},
    {kSntrup, 902},
    {kSntrupOpenssh, 900},
    {"mlkem768x25519-sha256", 909, 1000},
    {"curve25519-sha256"},
    {"curve25519-sha256@libssh.org"},
    {"ecdh-sha2-nistp256"},
    {"ecdh-sha2-nistp384"},
    {"ecdh-sha2-nistp521"},
    {kSntrupOpenssh, 809, 900},
    {"diffie-hellman-group-exchange-sha256", kAlways, 1000},
    {"diffie-hellman-group16-sha512", kAlways, 1000},
    {"diffie-hellman-group18-sha512", kAlways, 1000},
    {"diffie-hellman-group14-sha256", kAlways, 1000},
    {"diffie-hellman-group14-sha1", kAlways, 802},
};

// sshkey.c lists its types in another order since 9.1.
constexpr Name kKeys[] = {
    {"ssh-ed25519"},
    {"ssh-ed25519-cert-v01@openssh.com"},
    {"sk-ssh-ed25519@openssh.com", 802},
    {"sk-ssh-ed25519-cert-v01@openssh.com", 802},
    {"ssh-rsa", kAlways, 901},
    {"rsa-sha2-256", kAlways, 901},
    {"rsa-sha2-512", kAlways, 901},
    {"ssh-dss", kAlways, 901},
    {"ecdsa-sha2-nistp256", kAlways, 901},
    {"ecdsa-sha2-nistp384", kAlways, 901},
    {"ecdsa-sha2-nistp521", kAlways, 901},
    {"sk-ecdsa-sha2-nistp256@openssh.com", 802, 901},
    {"webauthn-sk-ecdsa-sha2-nistp256@openssh.com", 803, 901},
    {"ssh-rsa-cert-v01@openssh.com", kAlways, 901},
    {"rsa-sha2-256-cert-v01@openssh.com", 708, 901},
    {"rsa-sha2-512-cert-v01@openssh.com", 708, 901},
    {"ssh-dss-cert-v01@openssh.com", kAlways, 901},
    {"ecdsa-sha2-nistp256-cert-v01@openssh.com"},
    {"ecdsa-sha2-nistp384-cert-v01@openssh.com", kAlways, 901},
    {"ecdsa-sha2-nistp521-cert-v01@openssh.com", kAlways, 901},
    {"sk-ecdsa-sha2-nistp256-cert-v01@openssh.com", 802, 901},
};
constexpr Name kKeysSince91[] = {
    {"ssh-ed25519"},
    {"ssh-ed25519-cert-v01@openssh.com"},
    {"sk-ssh-ed25519@openssh.com"},
    {"sk-ssh-ed25519-cert-v01@openssh.com"},
    {"ecdsa-sha2-nistp256"},
    {"ecdsa-sha2-nistp256-cert-v01@openssh.com"},
    {"ecdsa-sha2-nistp384"},
    {"ecdsa-sha2-nistp384-cert-v01@openssh.com"},
    {"ecdsa-sha2-nistp521"},
    {"ecdsa-sha2-nistp521-cert-v01@openssh.com"},
    {"sk-ecdsa-sha2-nistp256@openssh.com"},
    {"sk-ecdsa-sha2-nistp256-cert-v01@openssh.com"},
    {"webauthn-sk-ecdsa-sha2-nistp256@openssh.com"},
    {"ssh-dss", kAlways, 1000},
    {"ssh-dss-cert-v01@openssh.com", kAlways, 1000},
    {"ssh-rsa"},
    {"ssh-rsa-cert-v01@openssh.com"},
    {"rsa-sha2-256"},
    {"rsa-sha2-256-cert-v01@openssh.com"},
    {"rsa-sha2-512"},
    {"rsa-sha2-512-cert-v01@openssh.com"},
    {"ssh-mldsa44-ed25519@openssh.com", 1004},
    {"ssh-mldsa44-ed25519-cert-v01@openssh.com", 1004},
};
// Ed25519 comes before ECDSA since 8.5.
constexpr Name kDefaultCertificates[] = {
    {"ssh-ed25519-cert-v01@openssh.com", 805},
    {"ecdsa-sha2-nistp256-cert-v01@openssh.com"},
    {"ecdsa-sha2-nistp384-cert-v01@openssh.com"},
    {"ecdsa-sha2-nistp521-cert-v01@openssh.com"},
    {"sk-ecdsa-sha2-nistp256-cert-v01@openssh.com", 802, 805},
    {"ssh-ed25519-cert-v01@openssh.com", kAlways, 805},
    {"sk-ssh-ed25519-cert-v01@openssh.com", 802},
    {"sk-ecdsa-sha2-nistp256-cert-v01@openssh.com", 805},
    {"rsa-sha2-512-cert-v01@openssh.com", 708},
    {"rsa-sha2-256-cert-v01@openssh.com", 708},
    {"ssh-rsa-cert-v01@openssh.com", kAlways, 808},
};
// Of plain keys, and of what certificate authorities may sign with; ssh-rsa (SHA-1) comes last where it
// counts.
constexpr Name kDefaultPlainKeys[] = {
    {"ssh-ed25519", 805},
    {"ecdsa-sha2-nistp256"},
    {"ecdsa-sha2-nistp384"},
    {"ecdsa-sha2-nistp521"},
    {"sk-ecdsa-sha2-nistp256@openssh.com", 802, 805},
    {"ssh-ed25519", kAlways, 805},
    {"sk-ssh-ed25519@openssh.com", 802},
    {"sk-ecdsa-sha2-nistp256@openssh.com", 805},
    {"rsa-sha2-512"},
    {"rsa-sha2-256"},
};

constexpr Name kGssapiKex[] = {
    {"gss-gex-sha1-"},       {"gss-group1-sha1-"},     {"gss-group14-sha1-"},      {"gss-group14-sha256-"},
    {"gss-group16-sha512-"}, {"gss-nistp256-sha256-"}, {"gss-curve25519-sha256-"},
};
constexpr Name kDefaultGssapiKex[] = {
    {"gss-group14-sha256-"},    {"gss-group16-sha512-"}, {"gss-nistp256-sha256-"},
    {"gss-curve25519-sha256-"}, {"gss-group14-sha1-"},   {"gss-gex-sha1-"},
};

// The short names that sshkey_type_from_name also takes, in any case.
constexpr std::string_view kShortKeyNames[] = {"ed25519", "ed25519-sk", "ecdsa", "ecdsa-sk",
                                               "rsa",     "dsa",        "null"};

template <std::size_t N>
std::vector<std::string_view> names_of(const Name (&table)[N], const SshBuild& build) {
  const int version = build.version.major * 100 + build.version.minor;
  const bool plain_sntrup = version >= 909 || build.vendor == Vendor::debian;
  std::vector<std::string_view> out;
  for (const Name& entry : table) {
    if (version < entry.since || version >= entry.until) continue;
    if (entry.name == kSntrup && !plain_sntrup) continue;
    out.push_back(entry.name);
  }
  return out;
}

bool is_certificate(std::string_view name) {
  return name.find("-cert-v01@") != std::string_view::npos;
}

// sshkey.c:sshkey_names_valid2 with wildcards allowed.
bool is_key_name(std::string_view name, const std::vector<std::string_view>& known, const SshBuild& build,
                 bool plain_only) {
  if (std::find(known.begin(), known.end(), name) != known.end()) return !plain_only || !is_certificate(name);
  for (const std::string_view short_name : kShortKeyNames) {
    if (short_name == "dsa" && build.at_least(10, 0)) continue;
    if (short_name.ends_with("-sk") && !build.at_least(8, 2)) continue;
    if (equal_ignoring_case(short_name, name)) return true;
  }
  return std::any_of(known.begin(), known.end(), [name](std::string_view type) {
    return match_pattern_list(type, name, false) != ListMatch::no;
  });
}

std::string_view without_prefix(std::string_view spec) {
  return !spec.empty() && (spec.front() == '+' || spec.front() == '^') ? spec.substr(1) : spec;
}

// Calls `visit` with each part between commas, empty ones too.
template <typename Visit>
void each_part(std::string_view list, Visit visit) {
  std::size_t begin = 0;
  while (begin <= list.size()) {
    const std::size_t comma = std::min(list.find(',', begin), list.size());
    if (!visit(list.substr(begin, comma - begin))) return;
    begin = comma + 1;
  }
}

void append_new(std::vector<std::string>& list, std::string_view name) {
  if (std::find(list.begin(), list.end(), name) == list.end()) list.emplace_back(name);
}

}  // namespace

std::vector<std::string_view> known_algorithms(AlgorithmKind kind, const SshBuild& build) {
  switch (kind) {
    case AlgorithmKind::cipher: return names_of(kCiphers, build);
    case AlgorithmKind::mac: return names_of(kMacs, build);
    case AlgorithmKind::kex: return names_of(kKex, build);
    case AlgorithmKind::key:
      return build.at_least(9, 1) ? names_of(kKeysSince91, build) : names_of(kKeys, build);
    case AlgorithmKind::ca_signature: {
      std::vector<std::string_view> out = known_algorithms(AlgorithmKind::key, build);
      out.erase(std::remove_if(out.begin(), out.end(), is_certificate), out.end());
      return out;
    }
    case AlgorithmKind::gssapi_kex: return names_of(kGssapiKex, build);
  }
  return {};
}

std::vector<std::string_view> default_algorithms(AlgorithmKind kind, const SshBuild& build) {
  switch (kind) {
    case AlgorithmKind::cipher: return names_of(kDefaultCiphers, build);
    case AlgorithmKind::mac: return names_of(kDefaultMacs, build);
    case AlgorithmKind::kex: return names_of(kDefaultKex, build);
    case AlgorithmKind::key: {
      std::vector<std::string_view> out = names_of(kDefaultCertificates, build);
      const std::vector<std::string_view> plain = names_of(kDefaultPlainKeys, build);
      out.insert(out.end(), plain.begin(), plain.end());
      if (!build.at_least(8, 8)) out.emplace_back("ssh-rsa");
      return out;
    }
    case AlgorithmKind::ca_signature: {
      std::vector<std::string_view> out = names_of(kDefaultPlainKeys, build);
      if (!build.at_least(8, 2)) out.emplace_back("ssh-rsa");
      return out;
    }
    case AlgorithmKind::gssapi_kex: return names_of(kDefaultGssapiKex, build);
  }
  return {};
}

std::optional<std::string> refused_algorithm(AlgorithmKind kind, std::string_view spec,
                                             const SshBuild& build) {
  const bool gssapi = kind == AlgorithmKind::gssapi_kex;
  // What is to be removed is a pattern list and never looked at.
  if (!gssapi && spec.starts_with('-')) return std::nullopt;
  const std::string_view names = gssapi ? spec : without_prefix(spec);
  if (names.empty()) return std::string();
  const bool keys = kind == AlgorithmKind::key || kind == AlgorithmKind::ca_signature;
  const std::vector<std::string_view> known = known_algorithms(keys ? AlgorithmKind::key : kind, build);
  const bool plain_only = kind == AlgorithmKind::ca_signature && build.at_least(9, 3);
  std::optional<std::string> refused;
  each_part(names, [&](std::string_view name) {
    // The loops of OpenSSH end at the first empty name, whatever follows.
    if (name.empty()) return false;
    bool fine = false;
    if (keys) {
      fine = is_key_name(name, known, build, plain_only);
    } else if (gssapi) {
      fine = std::any_of(known.begin(), known.end(),
                         [name](std::string_view prefix) { return name.starts_with(prefix); });
    } else {
      fine = std::find(known.begin(), known.end(), name) != known.end();
    }
    if (!fine) refused = std::string(name);
    return fine;
  });
  return refused;
}

std::optional<std::vector<std::string>> assemble_algorithms(AlgorithmKind kind, std::string_view spec,
                                                            const SshBuild& build) {
  const std::vector<std::string_view> defaults = default_algorithms(kind, build);
  std::vector<std::string> out;
  if (spec.empty()) {
    out.assign(defaults.begin(), defaults.end());
    return out;
  }
  if (spec.front() == '-') {
    for (const std::string_view name : defaults) {
      if (match_pattern_list(name, spec.substr(1), false) != ListMatch::yes) out.emplace_back(name);
    }
    return out;
  }
  std::vector<std::string> patterns;
  if (spec.front() == '+') patterns.assign(defaults.begin(), defaults.end());
  each_part(without_prefix(spec), [&patterns](std::string_view part) {
    patterns.emplace_back(part);
    return true;
  });
  if (spec.front() == '^') patterns.insert(patterns.end(), defaults.begin(), defaults.end());
  const std::vector<std::string_view> known = known_algorithms(kind, build);
  for (const std::string& pattern : patterns) {
    if (pattern.starts_with('!')) return std::nullopt;
    for (const std::string_view name : known) {
      if (match_pattern_list(name, pattern, false) == ListMatch::yes) append_new(out, name);
    }
  }
  if (out.empty()) return std::nullopt;
  return out;
}

}  // namespace reentry
