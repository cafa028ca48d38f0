// What sshd does when nothing is configured, and the words of its enumerations. Sources: OpenSSH servconf.c
// (fill_default_server_options, multistate_*), log.c, pathnames.h; the build settings of the distributions.
#include <algorithm>

#include "facts/ssh_algorithms.hpp"
#include "facts/sshd_keywords.hpp"

namespace reentry {
namespace {

using D = Directive;

constexpr Choice kFlag[] = {{"yes", "yes"}, {"no", "no"}, {}};
constexpr Choice kIgnoreRhosts[] = {{"yes", "yes"}, {"no", "no"}, {"shosts-only", "shosts-only"}, {}};
constexpr Choice kFamily[] = {{"inet", "inet"}, {"inet6", "inet6"}, {"any", "any"}, {}};
constexpr Choice kRootLogin[] = {{"without-password", "prohibit-password"},
                                 {"prohibit-password", "prohibit-password"},
                                 {"forced-commands-only", "forced-commands-only"},
                                 {"yes", "yes"},
                                 {"no", "no"},
                                 {}};
constexpr Choice kCompression[] = {{"yes", "delayed"}, {"delayed", "delayed"}, {"no", "no"}, {}};
constexpr Choice kGatewayPorts[] = {{"clientspecified", "clientspecified"}, {"yes", "yes"}, {"no", "no"}, {}};
constexpr Choice kForwarding[] = {{"yes", "yes"},       {"all", "yes"},     {"no", "no"},
                                  {"remote", "remote"}, {"local", "local"}, {}};
constexpr Choice kPrivsep[] = {
    {"yes", "yes"}, {"sandbox", "sandbox"}, {"nosandbox", "yes"}, {"no", "no"}, {}};
constexpr Choice kLogLevel[] = {{"silent", "quiet"},
                                {"quiet", "quiet"},
                                {"fatal", "fatal"},
                                {"error", "error"},
                                {"info", "info"},
                                {"verbose", "verbose"},
                                {"debug", "debug1"},
                                {"debug1", "debug1"},
                                {"debug2", "debug2"},
                                {"debug3", "debug3"},
                                {}};
constexpr Choice kFacility[] = {{"daemon", "daemon"},
                                {"user", "user"},
                                {"auth", "auth"},
                                {"authpriv", "authpriv"},
                                {"local0", "local0"},
                                {"local1", "local1"},
                                {"local2", "local2"},
                                {"local3", "local3"},
                                {"local4", "local4"},
                                {"local5", "local5"},
                                {"local6", "local6"},
                                {"local7", "local7"},
                                {}};

using Values = std::vector<std::string>;

bool is_debian(const SshBuild& build) {
  return build.vendor == Vendor::debian || build.vendor == Vendor::ubuntu;
}

Values flag_default(D directive) {
  switch (directive) {
    case D::allow_agent_forwarding:
    case D::challenge_response_authentication:
    case D::debian_banner:
    case D::gssapi_cleanup_credentials:
    case D::gssapi_delegate_credentials:
    case D::gssapi_strict_acceptor_check:
    case D::kerberos_or_local_passwd:
    case D::kerberos_ticket_cleanup:
    case D::kerberos_use_kuserok:
    case D::password_authentication:
    case D::permit_tty:
    case D::permit_user_rc:
    case D::print_last_log:
    case D::print_motd:
    case D::pubkey_authentication:
    case D::strict_modes:
    case D::tcp_keep_alive:
    case D::x11_use_localhost: return {"yes"};
    default: return {"no"};
  }
}

Values choice_default(D directive) {
  switch (directive) {
    case D::address_family: return {"any"};
    case D::compression: return {"delayed"};
    case D::gateway_ports: return {"no"};
    case D::log_level: return {"info"};
    case D::permit_root_login: return {"prohibit-password"};
    case D::syslog_facility: return {"auth"};
    case D::use_privilege_separation: return {"sandbox"};
    default: return {"yes"};
  }
}

Values number_default(D directive) {
  switch (directive) {
    case D::client_alive_count_max: return {"3"};
    case D::client_alive_interval: return {"0"};
    case D::login_grace_time: return {"120"};
    case D::max_auth_tries: return {"6"};
    case D::required_rsa_size: return {"1024"};
    case D::x11_max_displays: return {"1000"};
    default: return {"10"};  // MaxSessions, X11DisplayOffset
  }
}

Values path_default(D directive, const SshBuild& build) {
  const std::string libexec = is_debian(build)                 ? "/usr/lib/openssh/"
                              : build.vendor == Vendor::redhat ? "/usr/libexec/openssh/"
                              : build.vendor == Vendor::amazon ? "/usr/libexec/openssh/"
                              : build.vendor == Vendor::suse   ? "/usr/libexec/ssh/"
                              : build.vendor == Vendor::arch   ? "/usr/lib/ssh/"
                              : build.vendor == Vendor::alpine ? "/usr/lib/ssh/"
                                                               : "/usr/libexec/";
  switch (directive) {
    case D::moduli_file: return {build.config_directory + "/moduli"};
    case D::pid_file: return {is_debian(build) ? "/run/sshd.pid" : "/var/run/sshd.pid"};
    case D::xauth_location: return {"/usr/bin/xauth"};
    case D::sshd_session_path: return {libexec + "sshd-session"};
    case D::sshd_auth_path: return {libexec + "sshd-auth"};
    default: return {"none"};
  }
}

Values host_key_default(const SshBuild& build) {
  const std::string prefix = build.config_directory + "/ssh_host_";
  Values out{prefix + "rsa_key"};
  if (!build.at_least(7, 7)) out.push_back(prefix + "dsa_key");
  out.push_back(prefix + "ecdsa_key");
  out.push_back(prefix + "ed25519_key");
  if (build.at_least(10, 4)) out.push_back(prefix + "mldsa44_ed25519_key");
  return out;
}

Values ipqos_default(const SshBuild& build) {
  if (is_debian(build) && !build.at_least(10, 0)) return {"lowdelay", "throughput"};
  if (is_debian(build) && !build.at_least(10, 1)) return {"ef", "cs1"};
  if (build.at_least(10, 1)) return {"ef", "cs0"};
  if (build.at_least(7, 8)) return {"af21", "cs1"};
  return {"lowdelay", "throughput"};
}

Values penalties_default(const SshBuild& build) {
  Values out{"crash:90", "authfail:5", "noauth:1",
             build.at_least(9, 9) ? "grace-exceeded:10" : "grace-exceeded:20"};
  if (build.at_least(9, 9)) out.push_back("refuseconnection:10");
  for (const char* rest : {"max:600", "min:15", "max-sources4:65536", "max-sources6:65536",
                           "overflow:permissive", "overflow6:permissive"}) {
    out.emplace_back(rest);
  }
  return out;
}

Values algorithm_default(D directive, const SshBuild& build) {
  AlgorithmKind kind = AlgorithmKind::key;
  if (directive == D::ciphers) kind = AlgorithmKind::cipher;
  if (directive == D::macs) kind = AlgorithmKind::mac;
  if (directive == D::kex_algorithms) kind = AlgorithmKind::kex;
  if (directive == D::ca_signature_algorithms) kind = AlgorithmKind::ca_signature;
  if (directive == D::gssapi_kex_algorithms) kind = AlgorithmKind::gssapi_kex;
  const std::vector<std::string_view> names = default_algorithms(kind, build);
  return {names.begin(), names.end()};
}

Values special_default(D directive, const SshBuild& build) {
  switch (directive) {
    case D::fingerprint_hash: return {"sha256"};
    case D::ipqos: return ipqos_default(build);
    case D::listen_address: return {};
    case D::max_startups: return {"10", "30", "100"};
    case D::per_source_net_block_size: return {"32", "128"};
    case D::per_source_penalties: return penalties_default(build);
    case D::permit_tunnel:
    case D::permit_user_environment: return {"no"};
    case D::port: return {"22"};
    case D::rekey_limit: return {"0", "0"};
    case D::security_key_provider: return {"internal"};
    case D::stream_local_bind_mask: return {"0177"};
    case D::subsystem: return {};
    default: return {"none"};
  }
}

Values words_default(D directive) {
  switch (directive) {
    case D::authentication_methods:
    case D::permit_listen:
    case D::permit_open: return {"any"};
    case D::authorized_keys_file: return {".ssh/authorized_keys", ".ssh/authorized_keys2"};
    case D::channel_timeout: return {"none"};
    default: return {};
  }
}

}  // namespace

const Choice* choices_of(Directive directive, const SshBuild& build) {
  switch (directive) {
    case D::address_family: return kFamily;
    case D::allow_tcp_forwarding:
    case D::allow_stream_local_forwarding: return kForwarding;
    case D::compression: return kCompression;
    case D::gateway_ports: return kGatewayPorts;
    case D::ignore_rhosts: return build.at_least(8, 3) ? kIgnoreRhosts : kFlag;
    case D::log_level: return kLogLevel;
    case D::permit_root_login: return kRootLogin;
    case D::syslog_facility: return kFacility;
    case D::use_privilege_separation: return kPrivsep;
    default: return kFlag;
  }
}

std::vector<std::string> default_values(Directive directive, const SshBuild& build) {
  switch (directive_info(directive).kind) {
    case ValueKind::flag:
      // Up to 8.6 ChallengeResponseAuthentication, `yes` by default, turns it on.
      if (directive == D::kbd_interactive_authentication) return {build.at_least(8, 7) ? "yes" : "no"};
      return flag_default(directive);
    case ValueKind::choice: return choice_default(directive);
    case ValueKind::integer:
    case ValueKind::time: return number_default(directive);
    case ValueKind::path: return path_default(directive, build);
    case ValueKind::paths: return directive == D::host_key ? host_key_default(build) : Values{};
    case ValueKind::text: return {directive == D::pam_service_name ? "sshd" : "none"};
    case ValueKind::words: return words_default(directive);
    case ValueKind::algorithms: return algorithm_default(directive, build);
    case ValueKind::raw: return {"none"};
    case ValueKind::special: return special_default(directive, build);
  }
  return {};
}

}  // namespace reentry
