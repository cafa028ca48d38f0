#include "facts/sshd_keywords.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <unordered_map>

#include "base/ascii_case.hpp"

namespace reentry {
namespace {

using D = Directive;
using K = ValueKind;
using M = MergeRule;

// In the order of the enumeration.
constexpr DirectiveInfo kDirectives[] = {
    {D::accept_env, "AcceptEnv", K::words, M::accumulate},
    {D::address_family, "AddressFamily", K::choice, M::first},
    {D::allow_agent_forwarding, "AllowAgentForwarding", K::flag, M::first},
    {D::allow_groups, "AllowGroups", K::words, M::accumulate},
    {D::allow_stream_local_forwarding, "AllowStreamLocalForwarding", K::choice, M::first},
    {D::allow_tcp_forwarding, "AllowTcpForwarding", K::choice, M::first},
    {D::allow_users, "AllowUsers", K::words, M::accumulate},
    {D::authentication_methods, "AuthenticationMethods", K::words, M::first},
    {D::authorized_keys_command, "AuthorizedKeysCommand", K::raw, M::first},
    {D::authorized_keys_command_user, "AuthorizedKeysCommandUser", K::text, M::first},
    {D::authorized_keys_file, "AuthorizedKeysFile", K::words, M::first},
    {D::authorized_principals_command, "AuthorizedPrincipalsCommand", K::raw, M::first},
    {D::authorized_principals_command_user, "AuthorizedPrincipalsCommandUser", K::text, M::first},
    {D::authorized_principals_file, "AuthorizedPrincipalsFile", K::text, M::first},
    {D::banner, "Banner", K::path, M::first},
    {D::ca_signature_algorithms, "CASignatureAlgorithms", K::algorithms, M::first},
    {D::challenge_response_authentication, "ChallengeResponseAuthentication", K::flag, M::first},
    {D::channel_timeout, "ChannelTimeout", K::words, M::first},
    {D::chroot_directory, "ChrootDirectory", K::text, M::first},
    {D::ciphers, "Ciphers", K::algorithms, M::first},
    {D::client_alive_count_max, "ClientAliveCountMax", K::integer, M::first},
    {D::client_alive_interval, "ClientAliveInterval", K::time, M::first},
    {D::compression, "Compression", K::choice, M::first},
    {D::debian_banner, "DebianBanner", K::flag, M::first},
    {D::deny_groups, "DenyGroups", K::words, M::accumulate},
    {D::deny_users, "DenyUsers", K::words, M::accumulate},
    {D::disable_forwarding, "DisableForwarding", K::flag, M::first},
    {D::expose_auth_info, "ExposeAuthInfo", K::flag, M::first},
    {D::expose_authentication_methods, "ExposeAuthenticationMethods", K::text, M::first},
    {D::fingerprint_hash, "FingerprintHash", K::special, M::last},
    {D::force_command, "ForceCommand", K::raw, M::first},
    {D::gateway_ports, "GatewayPorts", K::choice, M::first},
    {D::gssapi_authentication, "GSSAPIAuthentication", K::flag, M::first},
    {D::gssapi_cleanup_credentials, "GSSAPICleanupCredentials", K::flag, M::first},
    {D::gssapi_delegate_credentials, "GSSAPIDelegateCredentials", K::flag, M::first},
    {D::gssapi_enable_k5users, "GSSAPIEnablek5users", K::flag, M::first},
    {D::gssapi_kex_algorithms, "GSSAPIKexAlgorithms", K::algorithms, M::first},
    {D::gssapi_key_exchange, "GSSAPIKeyExchange", K::flag, M::first},
    {D::gssapi_store_credentials_on_rekey, "GSSAPIStoreCredentialsOnRekey", K::flag, M::first},
    {D::gssapi_strict_acceptor_check, "GSSAPIStrictAcceptorCheck", K::flag, M::first},
    {D::host_certificate, "HostCertificate", K::paths, M::accumulate},
    {D::host_key, "HostKey", K::paths, M::accumulate},
    {D::host_key_agent, "HostKeyAgent", K::special, M::first},
    {D::host_key_algorithms, "HostKeyAlgorithms", K::algorithms, M::first},
    {D::hostbased_accepted_algorithms, "HostbasedAcceptedAlgorithms", K::algorithms, M::first},
    {D::hostbased_authentication, "HostbasedAuthentication", K::flag, M::first},
    {D::hostbased_uses_name_from_packet_only, "HostbasedUsesNameFromPacketOnly", K::flag, M::first},
    {D::ignore_rhosts, "IgnoreRhosts", K::choice, M::first},
    {D::ignore_user_known_hosts, "IgnoreUserKnownHosts", K::flag, M::first},
    {D::include, "Include", K::words, M::accumulate},
    {D::ipqos, "IPQoS", K::special, M::last},
    {D::kbd_interactive_authentication, "KbdInteractiveAuthentication", K::flag, M::first},
    {D::kerberos_authentication, "KerberosAuthentication", K::flag, M::first},
    {D::kerberos_get_afs_token, "KerberosGetAFSToken", K::flag, M::first},
    {D::kerberos_or_local_passwd, "KerberosOrLocalPasswd", K::flag, M::first},
    {D::kerberos_ticket_cleanup, "KerberosTicketCleanup", K::flag, M::first},
    {D::kerberos_unique_ccache, "KerberosUniqueCCache", K::flag, M::first},
    {D::kerberos_use_kuserok, "KerberosUseKuserok", K::flag, M::first},
    {D::kex_algorithms, "KexAlgorithms", K::algorithms, M::first},
    {D::listen_address, "ListenAddress", K::special, M::accumulate},
    {D::log_level, "LogLevel", K::choice, M::first},
    {D::log_verbose, "LogVerbose", K::words, M::first},
    {D::login_grace_time, "LoginGraceTime", K::time, M::first},
    {D::macs, "MACs", K::algorithms, M::first},
    {D::match, "Match", K::special, M::accumulate},
    {D::max_auth_tries, "MaxAuthTries", K::integer, M::first},
    {D::max_sessions, "MaxSessions", K::integer, M::first},
    {D::max_startups, "MaxStartups", K::special, M::last},
    {D::moduli_file, "ModuliFile", K::path, M::first},
    {D::pam_service_name, "PAMServiceName", K::text, M::first},
    {D::password_authentication, "PasswordAuthentication", K::flag, M::first},
    {D::per_source_max_startups, "PerSourceMaxStartups", K::special, M::last},
    {D::per_source_net_block_size, "PerSourceNetBlockSize", K::special, M::last},
    {D::per_source_penalties, "PerSourcePenalties", K::special, M::own},
    {D::per_source_penalty_exempt_list, "PerSourcePenaltyExemptList", K::special, M::first},
    {D::permit_empty_passwords, "PermitEmptyPasswords", K::flag, M::first},
    {D::permit_listen, "PermitListen", K::words, M::first},
    {D::permit_open, "PermitOpen", K::words, M::first},
    {D::permit_root_login, "PermitRootLogin", K::choice, M::first},
    {D::permit_tty, "PermitTTY", K::flag, M::first},
    {D::permit_tunnel, "PermitTunnel", K::special, M::first},
    {D::permit_user_environment, "PermitUserEnvironment", K::special, M::first},
    {D::permit_user_rc, "PermitUserRC", K::flag, M::first},
    {D::pid_file, "PidFile", K::path, M::first},
    {D::port, "Port", K::special, M::accumulate},
    {D::print_last_log, "PrintLastLog", K::flag, M::first},
    {D::print_motd, "PrintMotd", K::flag, M::first},
    {D::pubkey_accepted_algorithms, "PubkeyAcceptedAlgorithms", K::algorithms, M::first},
    {D::pubkey_auth_options, "PubkeyAuthOptions", K::special, M::first},
    {D::pubkey_authentication, "PubkeyAuthentication", K::flag, M::first},
    {D::rdomain, "RDomain", K::special, M::first},
    {D::refuse_connection, "RefuseConnection", K::flag, M::first},
    {D::rekey_limit, "RekeyLimit", K::special, M::own},
    {D::required_rsa_size, "RequiredRSASize", K::integer, M::first},
    {D::revoked_keys, "RevokedKeys", K::path, M::first},
    {D::security_key_provider, "SecurityKeyProvider", K::special, M::first},
    {D::set_env, "SetEnv", K::words, M::first},
    {D::show_patch_level, "ShowPatchLevel", K::flag, M::first},
    {D::sshd_auth_path, "SshdAuthPath", K::path, M::first},
    {D::sshd_session_path, "SshdSessionPath", K::path, M::first},
    {D::stream_local_bind_mask, "StreamLocalBindMask", K::special, M::last},
    {D::stream_local_bind_unlink, "StreamLocalBindUnlink", K::flag, M::first},
    {D::strict_modes, "StrictModes", K::flag, M::first},
    {D::subsystem, "Subsystem", K::special, M::own},
    {D::syslog_facility, "SyslogFacility", K::choice, M::first},
    {D::tcp_keep_alive, "TCPKeepAlive", K::flag, M::first},
    {D::trusted_user_ca_keys, "TrustedUserCAKeys", K::path, M::first},
    {D::unused_connection_timeout, "UnusedConnectionTimeout", K::special, M::first},
    {D::use_dns, "UseDNS", K::flag, M::first},
    {D::use_pam, "UsePAM", K::flag, M::first},
    {D::use_privilege_separation, "UsePrivilegeSeparation", K::choice, M::first},
    {D::version_addendum, "VersionAddendum", K::raw, M::first},
    {D::x11_display_offset, "X11DisplayOffset", K::integer, M::first},
    {D::x11_forwarding, "X11Forwarding", K::flag, M::first},
    {D::x11_max_displays, "X11MaxDisplays", K::integer, M::first},
    {D::x11_use_localhost, "X11UseLocalhost", K::flag, M::first},
    {D::xauth_location, "XAuthLocation", K::path, M::first},
    {D::none, "", K::special, M::first},
};
static_assert(std::size(kDirectives) == static_cast<std::size_t>(D::none) + 1);

struct CanonicalNames {
  std::array<std::string, std::size(kDirectives)> names;
  std::unordered_map<std::string_view, Directive> by_name;
};

const CanonicalNames& canonical_names() {
  static const CanonicalNames built = [] {
    CanonicalNames out;
    for (const DirectiveInfo& info : kDirectives) {
      out.names[static_cast<std::size_t>(info.id)] = lowered(info.word);
    }
    return out;
  }();
  static const CanonicalNames indexed = [] {
    CanonicalNames out;
    out.names = built.names;
    for (const DirectiveInfo& info : kDirectives) {
      out.by_name.emplace(built.names[static_cast<std::size_t>(info.id)], info.id);
    }
    return out;
  }();
  return indexed;
}

}  // namespace

const DirectiveInfo& directive_info(Directive directive) {
  return kDirectives[static_cast<std::size_t>(directive)];
}

const std::string& canonical_keyword(Directive directive) {
  return canonical_names().names[static_cast<std::size_t>(directive)];
}

Directive directive_named(std::string_view canonical) {
  const auto& by_name = canonical_names().by_name;
  const auto found = by_name.find(canonical);
  return found == by_name.end() ? Directive::none : found->second;
}

MergeRule merge_rule(Directive directive, const SshBuild& build) {
  switch (directive) {
    case D::max_startups: return build.at_least(10, 1) ? M::first : M::last;
    case D::per_source_max_startups: return build.at_least(9, 6) ? M::first : M::last;
    default: return directive_info(directive).merge;
  }
}

bool copied_from_match(Directive directive, const SshBuild& build) {
  switch (directive) {
    case D::set_env: return build.at_least(8, 7);
    case D::pam_service_name: return build.at_least(10, 0);
    case D::subsystem: return build.at_least(9, 5);
    default: return true;
  }
}

}  // namespace reentry
