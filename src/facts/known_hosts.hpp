// known_hosts: whose host keys the client has seen, and what it says to the key that a server shows. Sources:
// sshd(8) "SSH_KNOWN_HOSTS FILE FORMAT", OpenSSH hostfile.c (hostkeys_foreach, host_hash,
// check_hostkeys_by_key_or_type), sshconnect.c (check_host_key, get_hostfile_hostname_ipaddr).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "facts/public_key.hpp"

namespace reentry {

enum class HostMarker { none, authority, revoked };

// One line that ssh can use.
struct KnownHost {
  std::size_t line = 0;  // from 1
  HostMarker marker = HostMarker::none;
  std::string names;  // as written: `a,*.b,!c.b`, `[h]:2222`, `|1|salt|hash`
  std::string salt;   // 20 raw bytes where the name is hashed, else empty
  PublicKey key;      // its comment is what stands behind the key
  [[nodiscard]] bool hashed() const { return !salt.empty(); }
};

enum class KnownHostFault {
  marker,     // a word with `@` in front that is none of the two, or two of them
  truncated,  // nothing stands behind the names
  hash,       // `|…` that is no `|1|salt|hash` of the right lengths: it never matches
  key,        // no key: KnownHostDamage::key says why
  too_long,   // longer than is read
};

// A line that ssh passes over in silence.
struct KnownHostDamage {
  std::size_t line = 0;
  KnownHostFault fault = KnownHostFault::key;
  KeyProblem key = KeyProblem::none;
  std::string names;  // as far as there are any
};

struct KnownHosts {
  std::string path;   // as messages name it
  std::string bytes;  // as they are: edits lean on them
  std::vector<KnownHost> hosts;
  std::vector<KnownHostDamage> damaged;
  bool cut = false;  // there is more in the file than is read: a host that is not found may be there
};

// Reads the bytes of one file. Bounded: 200,000 lines, 64 KiB a line.
[[nodiscard]] KnownHosts parse_known_hosts(std::string path, std::string bytes);

// The name that ssh looks up (misc.c:put_host_port): the host itself at port 22 (or 0), else `[host]:port`.
[[nodiscard]] std::string known_hosts_name(std::string_view host, int port);

// Whether a line is about `name` (hostfile.c:match_maybe_hashed). Patterns ignore case; a hash is of the name
// as it is given, which ssh has put in lower case.
[[nodiscard]] bool names_host(const KnownHost& host, std::string_view name);

// What ssh asks known_hosts.
struct HostKeyQuestion {
  std::string host;    // HostKeyAlias, or the host name that is connected to
  bool alias = false;  // it is an alias: no port is put to it
  int port = 22;
  std::optional<std::string> address;  // numeric; only where CheckHostIP counts: not for a loopback address,
                                       // behind a proxy, or where it is what `host` says
  PublicKey key;                       // what the server shows
  bool certificate_holds = false;  // it is a certificate, of a host, in time, for this host's name, without
                                   // critical options (sshconnect.c:check_host_cert)
};

enum class HostKeyStanding {
  known,      // the key stands there
  authority,  // a certificate, and its CA stands there with @cert-authority
  unknown,    // no key for the name
  changed,    // other keys for the name, of whatever type, and not this one
  revoked,    // the key, or the CA of the certificate, stands there with @revoked
};

struct HostKeyPlace {
  std::string file;
  std::size_t line = 0;
  std::string names;        // as the line has them
  std::string type;         // of its key
  std::string fingerprint;  // of its key, `SHA256:…`
  bool operator==(const HostKeyPlace&) const = default;
};

// What the files say of one name.
struct HostKeyAnswer {
  std::string name;  // as looked up: `[host]:2222`
  HostKeyStanding standing = HostKeyStanding::unknown;
  bool without_port = false;  // known, but only by the name without its port, which ssh takes as well
  // known and authority: the line that ssh names; revoked: the @revoked lines; changed: every line with
  // another key, the one that ssh calls offending last.
  std::vector<HostKeyPlace> places;
};

struct KnownHostVerdict {
  HostKeyAnswer by_name;
  std::optional<HostKeyAnswer> by_address;  // only for a question with an address and a plain key
  bool plain = false;  // a certificate that no CA of the files vouches for was judged by its plain key
  bool address_differs = false;           // the name changed and the address tells another story: ssh's
                                          // "POSSIBLE DNS SPOOFING"
  std::vector<HostKeyPlace> other_names;  // lines that have the same key for other names
  std::vector<HostKeyPlace> other_ports;  // lines about the same host at another port, or without one
  bool incomplete = false;                // a file was cut: an unknown name may yet be known
};

// `files` in ssh's order: UserKnownHostsFile first, then GlobalKnownHostsFile.
[[nodiscard]] KnownHostVerdict judge_host_key(const HostKeyQuestion& question,
                                              const std::vector<KnownHosts>& files);

// The types of the plain keys that the files have for the name, in order, each once: they come first among
// the algorithms that ssh offers (sshconnect2.c:order_hostkeyalgs).
[[nodiscard]] std::vector<std::string> known_key_types(std::string_view name,
                                                       const std::vector<KnownHosts>& files);

}  // namespace reentry
