// Every word that some sshd knows, and from which version to which it means what. Sources: servconf.c
// (keywords[]) of the releases, debian/patches, Red Hat's openssh.spec.
#include <algorithm>
#include <iterator>

#include "facts/sshd_keywords.hpp"

namespace reentry {
namespace {

using D = Directive;
using S = KeywordStanding;

// What must be compiled in; without it the word is `Unsupported`, or unknown for the words of a vendor's
// patch.
enum class Needs : std::uint8_t { nothing, pam, gssapi, kerberos, debian, gssapi_patch, redhat };

// MAJOR * 100 + MINOR. A word exists from `since` until before `until`, and may stand in Match blocks from
// `match_since` on.
constexpr int kNever = 9999;
constexpr int kAlways = 0;

struct Word {
  std::string_view word;
  Directive directive = D::none;
  int match_since = kNever;
  int since = kAlways;
  int until = kNever;
  KeywordStanding standing = S::normal;
  Needs needs = Needs::nothing;
};

// Sorted by word, then by version.
constexpr Word kWords[] = {
    {"acceptenv", D::accept_env, kAlways},
    {"addressfamily", D::address_family},
    {"afstokenpassing", D::none, kNever, kAlways, 1004, S::unsupported},
    {"afstokenpassing", D::none, kNever, 1004, kNever, S::deprecated},
    {"allowagentforwarding", D::allow_agent_forwarding, kAlways},
    {"allowgroups", D::allow_groups, kAlways},
    {"allowstreamlocalforwarding", D::allow_stream_local_forwarding, kAlways},
    {"allowtcpforwarding", D::allow_tcp_forwarding, kAlways},
    {"allowusers", D::allow_users, kAlways},
    {"authenticationmethods", D::authentication_methods, kAlways},
    {"authorizedkeyscommand", D::authorized_keys_command, kAlways},
    {"authorizedkeyscommanduser", D::authorized_keys_command_user, kAlways},
    {"authorizedkeysfile", D::authorized_keys_file, kAlways},
    {"authorizedkeysfile2", D::none, kAlways, kAlways, kNever, S::deprecated},
    {"authorizedprincipalscommand", D::authorized_principals_command, kAlways},
    {"authorizedprincipalscommanduser", D::authorized_principals_command_user, kAlways},
    {"authorizedprincipalsfile", D::authorized_principals_file, kAlways},
    {"banner", D::banner, kAlways},
    {"casignaturealgorithms", D::ca_signature_algorithms, kAlways, 709},
    {"challengeresponseauthentication", D::challenge_response_authentication, kNever, kAlways, 807},
    {"challengeresponseauthentication", D::kbd_interactive_authentication, kAlways, 807},
    {"channeltimeout", D::channel_timeout, kAlways, 902},
    {"checkmail", D::none, kNever, kAlways, kNever, S::deprecated},
    {"chrootdirectory", D::chroot_directory, kAlways},
    {"ciphers", D::ciphers},
    {"clientalivecountmax", D::client_alive_count_max, 704},
    {"clientaliveinterval", D::client_alive_interval, 704},
    {"compression", D::compression},
    {"debianbanner", D::debian_banner, kNever, kAlways, kNever, S::normal, Needs::debian},
    {"denygroups", D::deny_groups, kAlways},
    {"denyusers", D::deny_users, kAlways},
    {"disableforwarding", D::disable_forwarding, kAlways, 704},
    {"dsaauthentication", D::pubkey_authentication},
    {"exposeauthenticationmethods", D::expose_authentication_methods, kNever, kAlways, 706, S::normal,
     Needs::redhat},
    {"exposeauthinfo", D::expose_auth_info, kAlways, 706},
    {"fingerprinthash", D::fingerprint_hash},
    {"forcecommand", D::force_command, kAlways},
    {"gatewayports", D::gateway_ports, kAlways},
    {"gssapiauthentication", D::gssapi_authentication, kAlways, kAlways, kNever, S::normal, Needs::gssapi},
    {"gssapicleanupcredentials", D::gssapi_cleanup_credentials, kNever, kAlways, kNever, S::normal,
     Needs::gssapi},
    {"gssapicleanupcreds", D::gssapi_cleanup_credentials, kNever, kAlways, kNever, S::normal,
     Needs::gssapi_patch},
    {"gssapidelegatecredentials", D::gssapi_delegate_credentials, kNever, 1003, kNever, S::normal,
     Needs::gssapi},
    {"gssapienablek5users", D::gssapi_enable_k5users, kAlways, kAlways, kNever, S::normal, Needs::redhat},
    {"gssapikexalgorithms", D::gssapi_kex_algorithms, kNever, kAlways, kNever, S::normal,
     Needs::gssapi_patch},
    {"gssapikeyexchange", D::gssapi_key_exchange, kNever, kAlways, kNever, S::normal, Needs::gssapi_patch},
    {"gssapistorecredentialsonrekey", D::gssapi_store_credentials_on_rekey, kNever, kAlways, kNever,
     S::normal, Needs::gssapi_patch},
    {"gssapistrictacceptorcheck", D::gssapi_strict_acceptor_check, kNever, kAlways, kNever, S::normal,
     Needs::gssapi},
    {"gssapiusesessioncredcache", D::none, kNever, kAlways, kNever, S::unsupported, Needs::gssapi_patch},
    {"gssusesessionccache", D::none, kNever, kAlways, kNever, S::unsupported, Needs::gssapi_patch},
    {"hostbasedacceptedalgorithms", D::hostbased_accepted_algorithms, kAlways, 805},
    {"hostbasedacceptedkeytypes", D::hostbased_accepted_algorithms, kAlways},
    {"hostbasedauthentication", D::hostbased_authentication, kAlways},
    {"hostbasedusesnamefrompacketonly", D::hostbased_uses_name_from_packet_only, kAlways},
    {"hostcertificate", D::host_certificate},
    {"hostdsakey", D::host_key},
    {"hostkey", D::host_key},
    {"hostkeyagent", D::host_key_agent},
    {"hostkeyalgorithms", D::host_key_algorithms},
    {"ignorerhosts", D::ignore_rhosts, 803},
    {"ignoreuserknownhosts", D::ignore_user_known_hosts},
    {"include", D::include, kAlways, 802},
    // Later packages of RHEL 8 have it, earlier ones not; nobody is accused for it.
    {"include", D::include, kAlways, 800, 802, S::normal, Needs::redhat},
    {"ipqos", D::ipqos, kAlways},
    {"kbdinteractiveauthentication", D::kbd_interactive_authentication, kAlways},
    {"keepalive", D::tcp_keep_alive},
    {"kerberosauthentication", D::kerberos_authentication, kAlways, kAlways, kNever, S::normal,
     Needs::kerberos},
    {"kerberosgetafstoken", D::none, kNever, kAlways, kNever, S::unsupported},
    {"kerberosorlocalpasswd", D::kerberos_or_local_passwd, kNever, kAlways, kNever, S::normal,
     Needs::kerberos},
    {"kerberostgtpassing", D::none, kNever, kAlways, 1004, S::unsupported},
    {"kerberostgtpassing", D::none, kNever, 1004, kNever, S::deprecated},
    {"kerberosticketcleanup", D::kerberos_ticket_cleanup, kNever, kAlways, kNever, S::normal,
     Needs::kerberos},
    {"kerberosuniqueccache", D::kerberos_unique_ccache, kNever, kAlways, kNever, S::normal, Needs::redhat},
    {"kerberosusekuserok", D::kerberos_use_kuserok, kAlways, kAlways, kNever, S::normal, Needs::redhat},
    {"kexalgorithms", D::kex_algorithms},
    {"keyregenerationinterval", D::none, kNever, kAlways, kNever, S::deprecated},
    {"listenaddress", D::listen_address},
    {"logingracetime", D::login_grace_time},
    {"loglevel", D::log_level, 706},
    {"logverbose", D::log_verbose, kAlways, 805},
    {"macs", D::macs},
    {"match", D::match, kAlways},
    {"maxauthtries", D::max_auth_tries, kAlways},
    {"maxsessions", D::max_sessions, kAlways},
    {"maxstartups", D::max_startups},
    {"modulifile", D::moduli_file, kNever, 806},
    {"pamauthenticationviakbdint", D::none, kNever, kAlways, 1004, S::deprecated},
    {"pamservicename", D::pam_service_name, kAlways, 908, kNever, S::normal, Needs::pam},
    {"passwordauthentication", D::password_authentication, kAlways},
    {"permitblacklistedkeys", D::none, kNever, kAlways, kNever, S::deprecated, Needs::debian},
    {"permitemptypasswords", D::permit_empty_passwords, kAlways},
    {"permitlisten", D::permit_listen, kAlways, 708},
    {"permitopen", D::permit_open, kAlways},
    {"permitrootlogin", D::permit_root_login, kAlways},
    {"permittty", D::permit_tty, kAlways},
    {"permittunnel", D::permit_tunnel, kAlways},
    {"permituserenvironment", D::permit_user_environment},
    {"permituserrc", D::permit_user_rc, kAlways},
    {"persourcemaxstartups", D::per_source_max_startups, kNever, 805},
    {"persourcenetblocksize", D::per_source_net_block_size, kNever, 805},
    {"persourcepenalties", D::per_source_penalties, kNever, 908},
    {"persourcepenaltyexemptlist", D::per_source_penalty_exempt_list, kNever, 908},
    {"pidfile", D::pid_file},
    {"port", D::port},
    {"printlastlog", D::print_last_log},
    {"printmotd", D::print_motd},
    {"protocol", D::none, kNever, kAlways, kNever, S::ignored},
    {"pubkeyacceptedalgorithms", D::pubkey_accepted_algorithms, kAlways, 805},
    {"pubkeyacceptedkeytypes", D::pubkey_accepted_algorithms, kAlways},
    {"pubkeyauthentication", D::pubkey_authentication, kAlways},
    {"pubkeyauthoptions", D::pubkey_auth_options, kAlways, 802},
    {"rdomain", D::rdomain, kAlways, 707},
    {"refuseconnection", D::refuse_connection, kAlways, 909},
    {"rekeylimit", D::rekey_limit, kAlways},
    {"requiredrsasize", D::required_rsa_size, kAlways, 901},
    {"requiredrsasize", D::required_rsa_size, kAlways, 800, 901, S::normal, Needs::redhat},
    {"reversemappingcheck", D::none, kNever, kAlways, kNever, S::deprecated},
    {"revokedkeys", D::revoked_keys, kAlways},
    {"rhostsauthentication", D::none, kNever, kAlways, kNever, S::deprecated},
    {"rhostsrsaauthentication", D::none, kAlways, kAlways, kNever, S::deprecated},
    {"rsaauthentication", D::none, kAlways, kAlways, kNever, S::deprecated},
    {"rsaminsize", D::required_rsa_size, kAlways, kAlways, kNever, S::normal, Needs::redhat},
    {"securitykeyprovider", D::security_key_provider, kNever, 802},
    {"serverkeybits", D::none, kNever, kAlways, kNever, S::deprecated},
    {"setenv", D::set_env, kAlways, 708},
    {"showpatchlevel", D::show_patch_level, kNever, kAlways, 800, S::normal, Needs::redhat},
    {"skeyauthentication", D::challenge_response_authentication, kNever, kAlways, 708},
    {"skeyauthentication", D::none, kNever, 708, 807, S::deprecated},
    {"skeyauthentication", D::kbd_interactive_authentication, kAlways, 807},
    {"sshdauthpath", D::sshd_auth_path, kNever, 1000},
    {"sshdsessionpath", D::sshd_session_path, kNever, 908},
    {"streamlocalbindmask", D::stream_local_bind_mask, kAlways},
    {"streamlocalbindunlink", D::stream_local_bind_unlink, kAlways},
    {"strictmodes", D::strict_modes},
    {"subsystem", D::subsystem, 905},
    {"syslogfacility", D::syslog_facility},
    {"tcpkeepalive", D::tcp_keep_alive},
    {"trustedusercakeys", D::trusted_user_ca_keys, kAlways},
    {"unusedconnectiontimeout", D::unused_connection_timeout, kAlways, 902},
    {"usedns", D::use_dns},
    {"uselogin", D::none, kNever, kAlways, kNever, S::deprecated},
    {"usepam", D::use_pam, kNever, kAlways, kNever, S::normal, Needs::pam},
    {"useprivilegeseparation", D::use_privilege_separation, kNever, kAlways, 705},
    {"useprivilegeseparation", D::none, kNever, 705, kNever, S::deprecated},
    {"verifyreversemapping", D::none, kNever, kAlways, kNever, S::deprecated},
    {"versionaddendum", D::version_addendum},
    {"x11displayoffset", D::x11_display_offset, kAlways},
    {"x11forwarding", D::x11_forwarding, kAlways},
    {"x11maxdisplays", D::x11_max_displays, kAlways, kAlways, kNever, S::normal, Needs::redhat},
    {"x11uselocalhost", D::x11_use_localhost, kAlways},
    {"xauthlocation", D::xauth_location},
};
static_assert(std::is_sorted(std::begin(kWords), std::end(kWords),
                             [](const Word& left, const Word& right) { return left.word < right.word; }));

int number_of(const SshBuild& build) {
  return build.version.major * 100 + build.version.minor;
}

// How the word stands when what it needs is not there; the word's own standing when it is.
KeywordStanding standing_of(const Word& word, const SshBuild& build) {
  const bool redhat = build.vendor == Vendor::redhat || build.vendor == Vendor::amazon;
  const bool debian = build.vendor == Vendor::debian || build.vendor == Vendor::ubuntu;
  switch (word.needs) {
    case Needs::nothing: return word.standing;
    case Needs::pam: return build.pam ? word.standing : S::unsupported;
    case Needs::gssapi:
      // 10.4 misspelt the words of these options; 10.5 mended that.
      if (number_of(build) == 1004) return S::unknown;
      return build.gssapi ? word.standing : S::unsupported;
    case Needs::kerberos: return build.gssapi ? word.standing : S::unsupported;
    case Needs::debian: return debian ? word.standing : S::unknown;
    case Needs::gssapi_patch:
      if (!debian && !redhat) return S::unknown;
      return build.gssapi ? word.standing : S::unsupported;
    case Needs::redhat: return redhat ? word.standing : S::unknown;
  }
  return word.standing;
}

// Into a buffer on the stack: nothing is as long as the longest word, nothing longer can be one.
constexpr std::size_t kLongestWord = 40;

}  // namespace

KeywordMeaning keyword_meaning(std::string_view word, const SshBuild& build) {
  KeywordMeaning meaning;
  if (word.size() > kLongestWord) return meaning;
  char buffer[kLongestWord];
  std::transform(word.begin(), word.end(), buffer, [](char byte) {
    return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte - 'A' + 'a') : byte;
  });
  const std::string_view folded(buffer, word.size());
  const int version = number_of(build);
  const Word* found =
      std::lower_bound(std::begin(kWords), std::end(kWords), folded,
                       [](const Word& entry, std::string_view text) { return entry.word < text; });
  for (; found != std::end(kWords) && found->word == folded; ++found) {
    if (version < found->since || version >= found->until) continue;
    const KeywordStanding standing = standing_of(*found, build);
    if (standing == S::unknown) continue;
    meaning.standing = standing;
    meaning.directive = standing == S::normal ? found->directive : D::none;
    meaning.in_match = version >= found->match_since;
    return meaning;
  }
  return meaning;
}

std::vector<Directive> directives_of(const SshBuild& build) {
  std::vector<Directive> out;
  const int version = number_of(build);
  for (const Word& word : kWords) {
    if (version < word.since || version >= word.until || word.directive == D::none) continue;
    if (standing_of(word, build) == S::normal) out.push_back(word.directive);
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

}  // namespace reentry
