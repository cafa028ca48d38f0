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
constexpr int kNeverValue = 9999;
constexpr int kAlwaysValue = 0;

struct Word {
  std::string_view word;
  Directive directive = D::none;
  int match_since = kNeverValue;
  int since = kAlwaysValue;
  int until = kNeverValue;
  KeywordStanding standing = S::normal;
  Needs needs = Needs::nothing;
};

// Sorted by word, then by version.
constexpr Word kWords[] = {
    {"acceptenv", D::accept_env, kAlwaysValue},
    {"addressfamily", D::address_family},
    {"afstokenpassing", D::none, kNeverValue, kAlwaysValue, 1004, S::unsupported},
    {"afstokenpassing", D::none, kNeverValue, 1004, kNeverValue, S::deprecated},
    {"allowagentforwarding", D::allow_agent_forwarding, kAlwaysValue},
    {"allowgroups", D::allow_groups, kAlwaysValue},
    {"allowstreamlocalforwarding", D::allow_stream_local_forwarding, kAlwaysValue},
    {"allowtcpforwarding", D::allow_tcp_forwarding, kAlwaysValue},
    {"allowusers", D::allow_users, kAlwaysValue},
    {"authenticationmethods", D::authentication_methods, kAlwaysValue},
    {"authorizedkeyscommand", D::authorized_keys_command, kAlwaysValue},
    {"authorizedkeyscommanduser", D::authorized_keys_command_user, kAlwaysValue},
    {"authorizedkeysfile", D::authorized_keys_file, kAlwaysValue},
    {"authorizedkeysfile2", D::none, kAlwaysValue, kAlwaysValue, kNeverValue, S::deprecated},
    {"authorizedprincipalscommand", D::authorized_principals_command, kAlwaysValue},
    {"authorizedprincipalscommanduser", D::authorized_principals_command_user, kAlwaysValue},
    {"authorizedprincipalsfile", D::authorized_principals_file, kAlwaysValue},
    {"banner", D::banner, kAlwaysValue},
    {"casignaturealgorithms", D::ca_signature_algorithms, kAlwaysValue, 709},
    {"challengeresponseauthentication", D::challenge_response_authentication, kNeverValue, kAlwaysValue, 807},
    {"challengeresponseauthentication", D::kbd_interactive_authentication, kAlwaysValue, 807},
    {"channeltimeout", D::channel_timeout, kAlwaysValue, 902},
    {"checkmail", D::none, kNeverValue, kAlwaysValue, kNeverValue, S::deprecated},
    {"chrootdirectory", D::chroot_directory, kAlwaysValue},
    {"ciphers", D::ciphers},
    {"clientalivecountmax", D::client_alive_count_max, 704},
    {"clientaliveinterval", D::client_alive_interval, 704},
    {"compression", D::compression},
    {"debianbanner", D::debian_banner, kNeverValue, kAlwaysValue, kNeverValue, S::normal, Needs::debian},
    {"denygroups", D::deny_groups, kAlwaysValue},
    {"denyusers", D::deny_users, kAlwaysValue},
    {"disableforwarding", D::disable_forwarding, kAlwaysValue, 704},
    {"dsaauthentication", D::pubkey_authentication},
    {"exposeauthenticationmethods", D::expose_authentication_methods, kNeverValue, kAlwaysValue, 706,
     S::normal, Needs::redhat},
    {"exposeauthinfo", D::expose_auth_info, kAlwaysValue, 706},
    {"fingerprinthash", D::fingerprint_hash},
    {"forcecommand", D::force_command, kAlwaysValue},
    {"gatewayports", D::gateway_ports, kAlwaysValue},
    {"gssapiauthentication", D::gssapi_authentication, kAlwaysValue, kAlwaysValue, kNeverValue, S::normal,
     Needs::gssapi},
    {"gssapicleanupcredentials", D::gssapi_cleanup_credentials, kNeverValue, kAlwaysValue, kNeverValue,
     S::normal, Needs::gssapi},
    {"gssapicleanupcreds", D::gssapi_cleanup_credentials, kNeverValue, kAlwaysValue, kNeverValue, S::normal,
     Needs::gssapi_patch},
    {"gssapidelegatecredentials", D::gssapi_delegate_credentials, kNeverValue, 1003, kNeverValue, S::normal,
     Needs::gssapi},
    {"gssapienablek5users", D::gssapi_enable_k5users, kAlwaysValue, kAlwaysValue, kNeverValue, S::normal,
     Needs::redhat},
    {"gssapikexalgorithms", D::gssapi_kex_algorithms, kNeverValue, kAlwaysValue, kNeverValue, S::normal,
     Needs::gssapi_patch},
    {"gssapikeyexchange", D::gssapi_key_exchange, kNeverValue, kAlwaysValue, kNeverValue, S::normal,
     Needs::gssapi_patch},
    {"gssapistorecredentialsonrekey", D::gssapi_store_credentials_on_rekey, kNeverValue, kAlwaysValue,
     kNeverValue, S::normal, Needs::gssapi_patch},
    {"gssapistrictacceptorcheck", D::gssapi_strict_acceptor_check, kNeverValue, kAlwaysValue, kNeverValue,
     S::normal, Needs::gssapi},
    {"gssapiusesessioncredcache", D::none, kNeverValue, kAlwaysValue, kNeverValue, S::unsupported,
     Needs::gssapi_patch},
    {"gssusesessionccache", D::none, kNeverValue, kAlwaysValue, kNeverValue, S::unsupported,
     Needs::gssapi_patch},
    {"hostbasedacceptedalgorithms", D::hostbased_accepted_algorithms, kAlwaysValue, 805},
    {"hostbasedacceptedkeytypes", D::hostbased_accepted_algorithms, kAlwaysValue},
    {"hostbasedauthentication", D::hostbased_authentication, kAlwaysValue},
    {"hostbasedusesnamefrompacketonly", D::hostbased_uses_name_from_packet_only, kAlwaysValue},
    {"hostcertificate", D::host_certificate},
    {"hostdsakey", D::host_key},
    {"hostkey", D::host_key},
    {"hostkeyagent", D::host_key_agent},
    {"hostkeyalgorithms", D::host_key_algorithms},
    {"ignorerhosts", D::ignore_rhosts, 803},
    {"ignoreuserknownhosts", D::ignore_user_known_hosts},
    {"include", D::include, kAlwaysValue, 802},
    // Later packages of RHEL 8 have it, earlier ones not; nobody is accused for it.
    {"include", D::include, kAlwaysValue, 800, 802, S::normal, Needs::redhat},
    {"ipqos", D::ipqos, kAlwaysValue},
    {"kbdinteractiveauthentication", D::kbd_interactive_authentication, kAlwaysValue},
    {"keepalive", D::tcp_keep_alive},
    {"kerberosauthentication", D::kerberos_authentication, kAlwaysValue, kAlwaysValue, kNeverValue, S::normal,
     Needs::kerberos},
    {"kerberosgetafstoken", D::none, kNeverValue, kAlwaysValue, kNeverValue, S::unsupported},
    {"kerberosorlocalpasswd", D::kerberos_or_local_passwd, kNeverValue, kAlwaysValue, kNeverValue, S::normal,
     Needs::kerberos},
    {"kerberostgtpassing", D::none, kNeverValue, kAlwaysValue, 1004, S::unsupported},
    {"kerberostgtpassing", D::none, kNeverValue, 1004, kNeverValue, S::deprecated},
    {"kerberosticketcleanup", D::kerberos_ticket_cleanup, kNeverValue, kAlwaysValue, kNeverValue, S::normal,
     Needs::kerberos},
    {"kerberosuniqueccache", D::kerberos_unique_ccache, kNeverValue, kAlwaysValue, kNeverValue, S::normal,
     Needs::redhat},
    {"kerberosusekuserok", D::kerberos_use_kuserok, kAlwaysValue, kAlwaysValue, kNeverValue, S::normal,
     Needs::redhat},
    {"kexalgorithms", D::kex_algorithms},
    {"keyregenerationinterval", D::none, kNeverValue, kAlwaysValue, kNeverValue, S::deprecated},
    {"listenaddress", D::listen_address},
    {"logingracetime", D::login_grace_time},
    {"loglevel", D::log_level, 706},
    {"logverbose", D::log_verbose, kAlwaysValue, 805},
    {"macs", D::macs},
    {"match", D::match, kAlwaysValue},
    {"maxauthtries", D::max_auth_tries, kAlwaysValue},
    {"maxsessions", D::max_sessions, kAlwaysValue},
    {"maxstartups", D::max_startups},
    {"modulifile", D::moduli_file, kNeverValue, 806},
    {"pamauthenticationviakbdint", D::none, kNeverValue, kAlwaysValue, 1004, S::deprecated},
    {"pamservicename", D::pam_service_name, kAlwaysValue, 908, kNeverValue, S::normal, Needs::pam},
    {"passwordauthentication", D::password_authentication, kAlwaysValue},
    {"permitblacklistedkeys", D::none, kNeverValue, kAlwaysValue, kNeverValue, S::deprecated, Needs::debian},
    {"permitemptypasswords", D::permit_empty_passwords, kAlwaysValue},
    {"permitlisten", D::permit_listen, kAlwaysValue, 708},
    {"permitopen", D::permit_open, kAlwaysValue},
    {"permitrootlogin", D::permit_root_login, kAlwaysValue},
    {"permittty", D::permit_tty, kAlwaysValue},
    {"permittunnel", D::permit_tunnel, kAlwaysValue},
    {"permituserenvironment", D::permit_user_environment},
    {"permituserrc", D::permit_user_rc, kAlwaysValue},
    {"persourcemaxstartups", D::per_source_max_startups, kNeverValue, 805},
    {"persourcenetblocksize", D::per_source_net_block_size, kNeverValue, 805},
    {"persourcepenalties", D::per_source_penalties, kNeverValue, 908},
    {"persourcepenaltyexemptlist", D::per_source_penalty_exempt_list, kNeverValue, 908},
    {"pidfile", D::pid_file},
    {"port", D::port},
    {"printlastlog", D::print_last_log},
    {"printmotd", D::print_motd},
    {"protocol", D::none, kNeverValue, kAlwaysValue, kNeverValue, S::ignored},
    {"pubkeyacceptedalgorithms", D::pubkey_accepted_algorithms, kAlwaysValue, 805},
    {"pubkeyacceptedkeytypes", D::pubkey_accepted_algorithms, kAlwaysValue},
    {"pubkeyauthentication", D::pubkey_authentication, kAlwaysValue},
    {"pubkeyauthoptions", D::pubkey_auth_options, kAlwaysValue, 802},
    {"rdomain", D::rdomain, kAlwaysValue, 707},
    {"refuseconnection", D::refuse_connection, kAlwaysValue, 909},
    {"rekeylimit", D::rekey_limit, kAlwaysValue},
    {"requiredrsasize", D::required_rsa_size, kAlwaysValue, 901},
    {"requiredrsasize", D::required_rsa_size, kAlwaysValue, 800, 901, S::normal, Needs::redhat},
    {"reversemappingcheck", D::none, kNeverValue, kAlwaysValue, kNeverValue, S::deprecated},
    {"revokedkeys", D::revoked_keys, kAlwaysValue},
    {"rhostsauthentication", D::none, kNeverValue, kAlwaysValue, kNeverValue, S::deprecated},
    {"rhostsrsaauthentication", D::none, kAlwaysValue, kAlwaysValue, kNeverValue, S::deprecated},
    {"rsaauthentication", D::none, kAlwaysValue, kAlwaysValue, kNeverValue, S::deprecated},
    {"rsaminsize", D::required_rsa_size, kAlwaysValue, kAlwaysValue, kNeverValue, S::normal, Needs::redhat},
    {"securitykeyprovider", D::security_key_provider, kNeverValue, 802},
    {"serverkeybits", D::none, kNeverValue, kAlwaysValue, kNeverValue, S::deprecated},
    {"setenv", D::set_env, kAlwaysValue, 708},
    {"showpatchlevel", D::show_patch_level, kNeverValue, kAlwaysValue, 800, S::normal, Needs::redhat},
    {"skeyauthentication", D::challenge_response_authentication, kNeverValue, kAlwaysValue, 708},
    {"skeyauthentication", D::none, kNeverValue, 708, 807, S::deprecated},
    {"skeyauthentication", D::kbd_interactive_authentication, kAlwaysValue, 807},
    {"sshdauthpath", D::sshd_auth_path, kNeverValue, 1000},
    {"sshdsessionpath", D::sshd_session_path, kNeverValue, 908},
    {"streamlocalbindmask", D::stream_local_bind_mask, kAlwaysValue},
    {"streamlocalbindunlink", D::stream_local_bind_unlink, kAlwaysValue},
    {"strictmodes", D::strict_modes},
    {"subsystem", D::subsystem, 905},
    {"syslogfacility", D::syslog_facility},
    {"tcpkeepalive", D::tcp_keep_alive},
    {"trustedusercakeys", D::trusted_user_ca_keys, kAlwaysValue},
    {"unusedconnectiontimeout", D::unused_connection_timeout, kAlwaysValue, 902},
    {"usedns", D::use_dns},
    {"uselogin", D::none, kNeverValue, kAlwaysValue, kNeverValue, S::deprecated},
    {"usepam", D::use_pam, kNeverValue, kAlwaysValue, kNeverValue, S::normal, Needs::pam},
    {"useprivilegeseparation", D::use_privilege_separation, kNeverValue, kAlwaysValue, 705},
    {"useprivilegeseparation", D::none, kNeverValue, 705, kNeverValue, S::deprecated},
    {"verifyreversemapping", D::none, kNeverValue, kAlwaysValue, kNeverValue, S::deprecated},
    {"versionaddendum", D::version_addendum},
    {"x11displayoffset", D::x11_display_offset, kAlwaysValue},
    {"x11forwarding", D::x11_forwarding, kAlwaysValue},
    {"x11maxdisplays", D::x11_max_displays, kAlwaysValue, kAlwaysValue, kNeverValue, S::normal,
     Needs::redhat},
    {"x11uselocalhost", D::x11_use_localhost, kAlwaysValue},
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
