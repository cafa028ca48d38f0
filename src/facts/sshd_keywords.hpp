// The keywords of sshd_config: what each one takes, where it may stand, since which version, and its default.
// Sources: OpenSSH servconf.c (keywords[], fill_default_server_options), sshd_config(5); the patches of
// Debian and Red Hat for their own words.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "facts/ssh_build.hpp"

namespace reentry {

// A setting. Several words may name the same one.
enum class Directive : std::uint8_t {
  accept_env,
  address_family,
  allow_agent_forwarding,
  allow_groups,
  allow_stream_local_forwarding,
  allow_tcp_forwarding,
  allow_users,
  authentication_methods,
  authorized_keys_command,
  authorized_keys_command_user,
  authorized_keys_file,
  authorized_principals_command,
  authorized_principals_command_user,
  authorized_principals_file,
  banner,
  ca_signature_algorithms,
  challenge_response_authentication,
  channel_timeout,
  chroot_directory,
  ciphers,
  client_alive_count_max,
  client_alive_interval,
  compression,
  debian_banner,
  deny_groups,
  deny_users,
  disable_forwarding,
  expose_auth_info,
  expose_authentication_methods,
  fingerprint_hash,
  force_command,
  gateway_ports,
  gssapi_authentication,
  gssapi_cleanup_credentials,
  gssapi_delegate_credentials,
  gssapi_enable_k5users,
  gssapi_kex_algorithms,
  gssapi_key_exchange,
  gssapi_store_credentials_on_rekey,
  gssapi_strict_acceptor_check,
  host_certificate,
  host_key,
  host_key_agent,
  host_key_algorithms,
  hostbased_accepted_algorithms,
  hostbased_authentication,
  hostbased_uses_name_from_packet_only,
  ignore_rhosts,
  ignore_user_known_hosts,
  include,
  ipqos,
  kbd_interactive_authentication,
  kerberos_authentication,
  kerberos_get_afs_token,
  kerberos_or_local_passwd,
  kerberos_ticket_cleanup,
  kerberos_unique_ccache,
  kerberos_use_kuserok,
  kex_algorithms,
  listen_address,
  log_level,
  log_verbose,
  login_grace_time,
  macs,
  match,
  max_auth_tries,
  max_sessions,
  max_startups,
  moduli_file,
  pam_service_name,
  password_authentication,
  per_source_max_startups,
  per_source_net_block_size,
  per_source_penalties,
  per_source_penalty_exempt_list,
  permit_empty_passwords,
  permit_listen,
  permit_open,
  permit_root_login,
  permit_tty,
  permit_tunnel,
  permit_user_environment,
  permit_user_rc,
  pid_file,
  port,
  print_last_log,
  print_motd,
  pubkey_accepted_algorithms,
  pubkey_auth_options,
  pubkey_authentication,
  rdomain,
  refuse_connection,
  rekey_limit,
  required_rsa_size,
  revoked_keys,
  security_key_provider,
  set_env,
  show_patch_level,
  sshd_auth_path,
  sshd_session_path,
  stream_local_bind_mask,
  stream_local_bind_unlink,
  strict_modes,
  subsystem,
  syslog_facility,
  tcp_keep_alive,
  trusted_user_ca_keys,
  unused_connection_timeout,
  use_dns,
  use_pam,
  use_privilege_separation,
  version_addendum,
  x11_display_offset,
  x11_forwarding,
  x11_max_displays,
  x11_use_localhost,
  xauth_location,
  none,  // no setting: unknown, deprecated or ignored words
};

// What an argument of the directive is.
enum class ValueKind : std::uint8_t {
  flag,    // yes or no
  choice,  // one of a few words: choices_of()
  integer,
  time,
  path,        // one file name, made absolute
  paths,       // accumulating file names
  text,        // one word
  words,       // several words
  algorithms,  // a list of algorithm names
  raw,         // the rest of the line
  special,     // has rules of its own
};

// Which of several lines counts.
enum class MergeRule : std::uint8_t {
  first,  // the first line, with all its arguments
  last,
  accumulate,  // all of them, in order
  own,         // per part: RekeyLimit, PerSourcePenalties, Subsystem
};

struct DirectiveInfo {
  Directive id = Directive::none;
  std::string_view word;  // as manuals write it: `PermitRootLogin`
  ValueKind kind = ValueKind::special;
  MergeRule merge = MergeRule::first;
};

enum class KeywordStanding : std::uint8_t { normal, unknown, deprecated, ignored, unsupported };

// What one word of the configuration means to one sshd.
struct KeywordMeaning {
  Directive directive = Directive::none;
  KeywordStanding standing = KeywordStanding::unknown;
  bool in_match = false;  // may stand in a Match block
};

// `word` in any case.
[[nodiscard]] KeywordMeaning keyword_meaning(std::string_view word, const SshBuild& build);
[[nodiscard]] const DirectiveInfo& directive_info(Directive directive);
// As EffectiveConfig names it: `permitrootlogin`.
[[nodiscard]] const std::string& canonical_keyword(Directive directive);
// Directive::none for a name that is none.
[[nodiscard]] Directive directive_named(std::string_view canonical);

// Which line counts in this version: some directives changed from last to first.
[[nodiscard]] MergeRule merge_rule(Directive directive, const SshBuild& build);
// Whether a Match block's value reaches the connection (servconf.c:copy_set_server_options).
[[nodiscard]] bool copied_from_match(Directive directive, const SshBuild& build);
// Every directive that this sshd has, by name.
[[nodiscard]] std::vector<Directive> directives_of(const SshBuild& build);

// A word of an enumeration and what it means, in the form that settings have.
struct Choice {
  std::string_view word;
  std::string_view means;
};
// Nullptr-terminated by an empty word; only for ValueKind::flag and ValueKind::choice.
[[nodiscard]] const Choice* choices_of(Directive directive, const SshBuild& build);

// The built-in value, in the form that settings have; empty where nothing is set.
[[nodiscard]] std::vector<std::string> default_values(Directive directive, const SshBuild& build);

}  // namespace reentry
