#include "facts/known_hosts.hpp"

#include <algorithm>

#include "base/ascii_case.hpp"
#include "base/digest.hpp"
#include "facts/pattern.hpp"

namespace reentry {
namespace {

constexpr std::size_t kMaxHostLines = 200'000;
constexpr std::size_t kMaxHostLine = 65536;
constexpr std::size_t kHashBytes = 20;
constexpr std::size_t kMaxSaltText = 1024;  // hostfile.c:extract_salt
constexpr std::size_t kMaxMarkerText = 31;  // hostfile.c:check_markers
constexpr std::string_view kHashMagic = "|1|";
constexpr std::string_view kHostBlanks = " \t";

std::string_view past_blanks(std::string_view text) {
  return text.substr(std::min(text.find_first_not_of(kHostBlanks), text.size()));
}

// hostfile.c:check_markers. Nothing for what ssh calls an invalid marker.
std::optional<HostMarker> take_host_marker(std::string_view& text) {
  HostMarker marker = HostMarker::none;
  while (text.starts_with('@')) {
    if (marker != HostMarker::none) return std::nullopt;
    // A blank anywhere behind it ends it; tabs count only on lines without one.
    std::size_t end = text.find(' ');
    if (end == std::string_view::npos) end = text.find('\t');
    // Without any blank `end` is beyond every bound.
    if (end > kMaxMarkerText) return std::nullopt;
    const std::string_view word = text.substr(0, end);
    if (word == "@cert-authority") {
      marker = HostMarker::authority;
    } else if (word == "@revoked") {
      marker = HostMarker::revoked;
    } else {
      return std::nullopt;
    }
    text = past_blanks(text.substr(end));
  }
  return marker;
}

// The salt of `|1|salt|hash`, nothing where no name can match it.
std::optional<std::string> hash_salt(std::string_view names) {
  if (!names.starts_with(kHashMagic)) return std::nullopt;
  const std::string_view rest = names.substr(kHashMagic.size());
  const std::size_t bar = rest.find('|');
  if (bar == std::string_view::npos || bar == 0 || bar > kMaxSaltText) return std::nullopt;
  std::optional<std::string> salt = from_base64(rest.substr(0, bar));
  const std::optional<std::string> hash = from_base64(rest.substr(bar + 1));
  if (!salt || salt->size() != kHashBytes || !hash || hash->size() != kHashBytes) return std::nullopt;
  return salt;
}

class KnownHostsParser {
 public:
  explicit KnownHostsParser(KnownHosts& out) : out_(out) {}

  void run() {
    std::string_view rest = out_.bytes;
    std::size_t number = 0;
    while (!rest.empty()) {
      if (++number > kMaxHostLines) {
        out_.cut = true;
        return;
      }
      const std::size_t end = std::min(rest.find('\n'), rest.size());
      std::string_view line = rest.substr(0, end);
      rest.remove_prefix(std::min(end + 1, rest.size()));
      // A line is a C string to ssh: a NUL ends it.
      line = line.substr(0, line.find('\0'));
      if (line.size() > kMaxHostLine) {
        out_.cut = true;
        out_.damaged.push_back({number, KnownHostFault::too_long, KeyProblem::none, ""});
        continue;
      }
      read(number, line);
    }
  }

 private:
  void read(std::size_t number, std::string_view line) {
    line = past_blanks(line);
    // A line of nothing but a carriage return is empty to those who look at it, and to us.
    if (line.empty() || line.front() == '#' || line == "\r") return;
    const std::optional<HostMarker> marker = take_host_marker(line);
    if (!marker) {
      out_.damaged.push_back({number, KnownHostFault::marker, KeyProblem::none, ""});
      return;
    }
    const std::size_t end = std::min(line.find_first_of(kHostBlanks), line.size());
    KnownHost host;
    host.line = number;
    host.marker = *marker;
    host.names = std::string(line.substr(0, end));
    const std::string_view key = past_blanks(line.substr(end));
    KnownHostDamage damage{number, KnownHostFault::truncated, KeyProblem::none, host.names};
    if (key.empty() || key.front() == '#') {
      out_.damaged.push_back(std::move(damage));
      return;
    }
    if (host.names.starts_with('|')) {
      std::optional<std::string> salt = hash_salt(host.names);
      if (!salt) {
        damage.fault = KnownHostFault::hash;
        out_.damaged.push_back(std::move(damage));
        return;
      }
      host.salt = std::move(*salt);
    }
    std::optional<PublicKey> parsed = key_from_line(key, damage.key);
    if (!parsed) {
      damage.fault = KnownHostFault::key;
      out_.damaged.push_back(std::move(damage));
      return;
    }
    host.key = std::move(*parsed);
    out_.hosts.push_back(std::move(host));
  }

  KnownHosts& out_;
};

// sshkey.c:sshkey_equal: a certificate equals no plain key.
bool same_host_key(const PublicKey& left, const PublicKey& right) {
  return left.blob == right.blob;
}

// sshkey.c:sshkey_equal_public: certificates count as their plain keys.
bool same_public_half(const PublicKey& left, std::string_view plain_blob) {
  return left.plain_blob == plain_blob;
}

// A line with the file that it stands in.
struct HostEntry {
  const KnownHosts* file = nullptr;
  const KnownHost* host = nullptr;
};

HostKeyPlace host_place(const HostEntry& entry) {
  return {entry.file->path, entry.host->line, entry.host->names, entry.host->key.type,
          entry.host->key.fingerprint()};
}

std::vector<HostEntry> lines_about(std::string_view name, const std::vector<KnownHosts>& files) {
  std::vector<HostEntry> out;
  for (const KnownHosts& file : files) {
    for (const KnownHost& host : file.hosts) {
      if (names_host(host, name)) out.push_back({&file, &host});
    }
  }
  return out;
}

// hostfile.c:check_key_not_revoked.
bool revokes(const KnownHost& host, const PublicKey& key) {
  if (host.marker != HostMarker::revoked) return false;
  if (same_public_half(host.key, key.plain_blob)) return true;
  return key.certificate && same_public_half(host.key, key.certificate->ca_blob);
}

// hostfile.c:check_hostkeys_by_key_or_type, for a key.
HostKeyAnswer ask_for_key(std::string name, const PublicKey& key, const std::vector<KnownHosts>& files) {
  HostKeyAnswer answer;
  const std::vector<HostEntry> entries = lines_about(name, files);
  answer.name = std::move(name);
  for (const HostEntry& entry : entries) {
    if (revokes(*entry.host, key)) answer.places.push_back(host_place(entry));
  }
  if (!answer.places.empty()) {
    answer.standing = HostKeyStanding::revoked;
    return answer;
  }
  const bool certificate = key.certificate.has_value();
  for (const HostEntry& entry : entries) {
    const KnownHost& host = *entry.host;
    if (host.marker != (certificate ? HostMarker::authority : HostMarker::none)) continue;
    const bool same =
        certificate ? same_public_half(host.key, key.certificate->ca_blob) : same_host_key(host.key, key);
    if (same) {
      answer.standing = certificate ? HostKeyStanding::authority : HostKeyStanding::known;
      answer.places = {host_place(entry)};
      return answer;
    }
    answer.standing = HostKeyStanding::changed;
    answer.places.push_back(host_place(entry));
  }
  return answer;
}

// The same key without its certificate (sshkey.c:sshkey_drop_cert).
PublicKey without_certificate(const PublicKey& key) {
  KeyProblem problem = KeyProblem::none;
  return key_from_blob(key.plain_blob, problem).value_or(key);
}

// sshconnect.c:check_host_key, the case HOST_NEW: the name without its port is asked as well, and counts only
// where the key is known by it.
bool is_known_standing(HostKeyStanding standing) {
  return standing == HostKeyStanding::known || standing == HostKeyStanding::authority;
}

HostKeyAnswer ask_for_name(const HostKeyQuestion& question, const PublicKey& key,
                           const std::vector<KnownHosts>& files) {
  const std::string host = lowered(question.host);
  HostKeyAnswer answer =
      ask_for_key(question.alias ? host : known_hosts_name(host, question.port), key, files);
  if (answer.standing != HostKeyStanding::unknown || question.alias || answer.name == host) return answer;
  HostKeyAnswer plain = ask_for_key(host, key, files);
  const bool counts = plain.standing == HostKeyStanding::known ||
                      (plain.standing == HostKeyStanding::authority && question.certificate_holds);
  if (!counts) return answer;
  answer.standing = plain.standing;
  answer.places = std::move(plain.places);
  answer.without_port = true;
  return answer;
}

// `[host]:N` with any N, or the host itself; hashed names are asked for the plain name alone.
bool is_another_port(const KnownHost& entry, const std::string& host) {
  if (entry.hashed()) return names_host(entry, host);
  const std::string bracketed = "[" + host + "]:";
  std::string_view rest = entry.names;
  while (!rest.empty()) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    const std::string_view name = rest.substr(0, comma);
    if (equal_ignoring_case(name, host) || starts_with_ignoring_case(name, bracketed)) return true;
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  return false;
}

// What else the files have about the host and the key (sshconnect.c:other_hostkeys_message).
void look_around(const HostKeyQuestion& question, const PublicKey& key, const std::vector<KnownHosts>& files,
                 KnownHostVerdict& verdict) {
  const std::string host = lowered(question.host);
  for (const KnownHosts& file : files) {
    verdict.incomplete |= file.cut;
    for (const KnownHost& entry : file.hosts) {
      if (entry.marker != HostMarker::none || names_host(entry, verdict.by_name.name)) continue;
      const HostEntry found{&file, &entry};
      if (same_host_key(entry.key, key)) verdict.other_names.push_back(host_place(found));
      if (!question.alias && is_another_port(entry, host)) verdict.other_ports.push_back(host_place(found));
    }
  }
}

}  // namespace

KnownHosts parse_known_hosts(std::string path, std::string bytes) {
  KnownHosts out;
  out.path = std::move(path);
  out.bytes = std::move(bytes);
  KnownHostsParser(out).run();
  return out;
}

std::string known_hosts_name(std::string_view host, int port) {
  if (port == 0 || port == 22) return std::string(host);
  return "[" + std::string(host) + "]:" + std::to_string(port);
}

bool names_host(const KnownHost& host, std::string_view name) {
  if (!host.hashed()) return match_pattern_list(lowered(name), host.names, true) == ListMatch::yes;
  std::string text(kHashMagic);
  text += base64(host.salt) + "|" + base64(hmac_sha1(host.salt, name));
  return text == host.names;
}

KnownHostVerdict judge_host_key(const HostKeyQuestion& question, const std::vector<KnownHosts>& files) {
  KnownHostVerdict verdict;
  PublicKey key = question.key;
  verdict.by_name = ask_for_name(question, key, files);
  const HostKeyStanding first = verdict.by_name.standing;
  const bool vouched = first == HostKeyStanding::authority && question.certificate_holds;
  if (key.certificate && !vouched && first != HostKeyStanding::revoked) {
    key = without_certificate(key);
    verdict.plain = true;
    verdict.by_name = ask_for_name(question, key, files);
  }
  if (question.address && !question.key.certificate) {
    verdict.by_address = ask_for_key(known_hosts_name(*question.address, question.port), key, files);
    const HostKeyAnswer& address = *verdict.by_address;
    const bool changed = verdict.by_name.standing == HostKeyStanding::changed;
    const bool both = changed && address.standing == HostKeyStanding::changed;
    verdict.address_differs =
        changed && (!both || address.places.back().fingerprint != verdict.by_name.places.back().fingerprint);
  }
  if (!is_known_standing(verdict.by_name.standing) || verdict.by_name.without_port) {
    look_around(question, key, files, verdict);
  }
  return verdict;
}

std::vector<std::string> known_key_types(std::string_view name, const std::vector<KnownHosts>& files) {
  std::vector<std::string> out;
  for (const HostEntry& entry : lines_about(lowered(name), files)) {
    if (entry.host->marker != HostMarker::none) continue;
    const std::string& type = entry.host->key.type;
    if (std::find(out.begin(), out.end(), type) == out.end()) out.push_back(type);
  }
  return out;
}

}  // namespace reentry
