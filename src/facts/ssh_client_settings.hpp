// What `ssh -G HOST` says: the effective settings of the client as ssh itself resolved them, and its
// complaints where it refuses its configuration. Sources: OpenSSH readconf.c (dump_client_config,
// process_config_line_depth, read_config_file_depth), ssh_config(5).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reentry {

enum class HostKeyChecking { ask, yes, no, accept_new };

// The settings of one host. A getter of what ssh did not print gives ssh's own meaning of "not set".
class SshClientSettings {
 public:
  // Reads the standard output of `ssh -G`. Bounded: 20,000 lines.
  [[nodiscard]] static SshClientSettings parse(std::string_view output);

  // Every line in order: the keyword in lower case, and the rest.
  [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& lines() const { return lines_; }
  // The values of one keyword in order; empty where it is not printed.
  [[nodiscard]] std::vector<std::string> all(std::string_view keyword) const;
  // The first value; nothing where it is not printed.
  [[nodiscard]] std::optional<std::string> first(std::string_view keyword) const;
  // As first(), and `none` is nothing too.
  [[nodiscard]] std::optional<std::string> named(std::string_view keyword) const;
  // The comma list of the first value.
  [[nodiscard]] std::vector<std::string> list(std::string_view keyword) const;
  // The blank-separated words of the first value (ssh does not quote them), without `none`.
  [[nodiscard]] std::vector<std::string> words(std::string_view keyword) const;
  // True for yes and true.
  [[nodiscard]] bool yes(std::string_view keyword) const;
  // Nothing where it is no number.
  [[nodiscard]] std::optional<long> number(std::string_view keyword) const;

  // False where the output lacks what every ssh prints: it was no answer.
  [[nodiscard]] bool complete() const { return first("hostname") && first("port") && first("user"); }

  [[nodiscard]] std::string host_name() const { return first("hostname").value_or(""); }
  [[nodiscard]] std::string user() const { return first("user").value_or(""); }
  [[nodiscard]] int port() const;  // 1 to 65535; 22 where it is not printed
  [[nodiscard]] std::string address_family() const { return first("addressfamily").value_or("any"); }
  [[nodiscard]] std::optional<std::string> bind_address() const { return named("bindaddress"); }
  [[nodiscard]] std::optional<std::string> bind_interface() const { return named("bindinterface"); }
  // As configured: `~` and tokens are still in them.
  [[nodiscard]] std::vector<std::string> identity_files() const { return all("identityfile"); }
  [[nodiscard]] std::vector<std::string> certificate_files() const { return all("certificatefile"); }
  [[nodiscard]] bool identities_only() const { return yes("identitiesonly"); }
  // IdentityAgent where it is set: a path, `SSH_AUTH_SOCK`, `$NAME`; `none` means no agent at all.
  [[nodiscard]] std::optional<std::string> identity_agent() const { return first("identityagent"); }
  [[nodiscard]] std::vector<std::string> user_known_hosts_files() const {
    return words("userknownhostsfile");
  }
  [[nodiscard]] std::vector<std::string> global_known_hosts_files() const {
    return words("globalknownhostsfile");
  }
  [[nodiscard]] std::optional<std::string> known_hosts_command() const { return named("knownhostscommand"); }
  [[nodiscard]] std::optional<std::string> revoked_host_keys() const { return named("revokedhostkeys"); }
  [[nodiscard]] std::optional<std::string> host_key_alias() const { return first("hostkeyalias"); }
  [[nodiscard]] bool check_host_ip() const { return yes("checkhostip"); }
  [[nodiscard]] HostKeyChecking strict_host_key_checking() const;
  [[nodiscard]] std::optional<std::string> proxy_jump() const { return named("proxyjump"); }
  [[nodiscard]] std::optional<std::string> proxy_command() const { return named("proxycommand"); }
  [[nodiscard]] std::vector<std::string> kex_algorithms() const { return list("kexalgorithms"); }
  [[nodiscard]] std::vector<std::string> ciphers() const { return list("ciphers"); }
  [[nodiscard]] std::vector<std::string> macs() const { return list("macs"); }
  [[nodiscard]] std::vector<std::string> host_key_algorithms() const { return list("hostkeyalgorithms"); }
  // PubkeyAcceptedKeyTypes until 8.4.
  [[nodiscard]] std::vector<std::string> pubkey_accepted_algorithms() const;
  // Empty where ssh goes by its own order.
  [[nodiscard]] std::vector<std::string> preferred_authentications() const {
    return list("preferredauthentications");
  }
  [[nodiscard]] bool pubkey_authentication() const;  // `unbound` and `host-bound` are yes
  [[nodiscard]] bool password_authentication() const { return yes("passwordauthentication"); }
  [[nodiscard]] bool kbd_interactive_authentication() const;  // ChallengeResponseAuthentication until 8.6
  [[nodiscard]] bool batch_mode() const { return yes("batchmode"); }
  [[nodiscard]] std::optional<long> connect_timeout() const { return number("connecttimeout"); }  // seconds
  [[nodiscard]] std::optional<long> required_rsa_size() const { return number("requiredrsasize"); }  // bits
  [[nodiscard]] std::string canonicalize_hostname() const;  // `no`, `yes` or `always`
  [[nodiscard]] std::optional<std::string> control_path() const { return named("controlpath"); }

 private:
  std::vector<std::pair<std::string, std::string>> lines_;
};

// What a line of ssh's standard error is about.
enum class SshComplaintKind {
  bad_option,          // Bad configuration option: KEYWORD
  no_argument,         // no argument after keyword, Missing argument, empty argument
  extra_arguments,     // more words than the keyword takes
  invalid_quotes,      // a quote is never closed
  unsupported_value,   // unsupported option "VALUE".
  bad_value,           // any other value that the keyword does not take
  bad_match,           // the Match line
  bad_include,         // bad include path, glob failed
  bad_permissions,     // Bad owner or permissions on FILE
  cannot_open,         // Can't open user config file FILE: REASON
  too_deep,            // Too many recursive configuration includes
  expansion,           // a %token or ${VARIABLE} that has no value
  bad_name,            // hostname or username contains invalid characters
  deprecated_option,   // a warning
  unsupported_option,  // a warning: this ssh was built without it
  terminating,         // FILE: terminating, N bad configuration options
};

struct SshComplaint {
  SshComplaintKind kind = SshComplaintKind::bad_value;
  std::string file;       // as ssh names it; `command-line` for options, empty where it names none
  std::size_t line = 0;   // 0 where it names none
  std::string keyword;    // bad_option and the like: the word, lower case as ssh has it
  std::string message;    // what ssh says behind file and line
  std::string detail;     // the line that ssh printed before this one to explain it; mostly empty
  std::size_t count = 0;  // terminating: how many options are bad
  [[nodiscard]] bool warning() const {
    return kind == SshComplaintKind::deprecated_option || kind == SshComplaintKind::unsupported_option;
  }
};

// The complaints about the configuration among the lines of standard error, in order. Other lines (debug
// output, what Match exec prints) are passed over. Bounded: 10,000 lines.
[[nodiscard]] std::vector<SshComplaint> parse_ssh_complaints(std::string_view standard_error);

}  // namespace reentry
