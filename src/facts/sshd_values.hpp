// What sshd says about the arguments of one line, and what they mean. Sources: OpenSSH servconf.c
// (process_server_config_line_depth), misc.c (a2port, convtime, atoi_err, parse_ipqos, hpdelim2), auth2.c
// (auth2_methods_valid).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "facts/sshd_config.hpp"
#include "facts/sshd_keywords.hpp"
#include "facts/sshd_lex.hpp"

namespace reentry {

// What earlier lines left behind, as far as the checks of later ones look at it.
struct LineState {
  bool active = true;         // false inside a Match block at start-up: syntax is checked, nothing is set
  bool command_line = false;  // the line is a -o option
  bool ports_from_arguments = false;
  std::size_t ports = 0;
  std::size_t methods = 0;  // AuthenticationMethods set so far
  bool authorized_keys_files = false;
  bool authorized_keys_command = false;
  bool authorized_principals_command = false;
  bool version_addendum = false;
  std::vector<std::string> subsystems;
};

struct LineVerdict {
  bool fine = true;
  ConfigSeverity severity = ConfigSeverity::fatal;
  std::string message;  // without file and line
  std::string preface;
  bool bare = false;                // sshd prints the message without file and line
  std::vector<std::string> values;  // the arguments, when fine
  bool inert = false;               // fine, but sshd does nothing with the line
};

// Checks the arguments of a line whose keyword is `directive` (not Match, not Include), written as `keyword`.
// `rest` is the text behind the keyword, `words` cut from it. Updates `state` when the line is fine.
[[nodiscard]] LineVerdict check_arguments(Directive directive, std::string_view keyword,
                                          std::optional<std::string_view> rest, SshdArgumentWords& words,
                                          LineState& state, const SshBuild& build);

// The arguments of a good line in the form that settings have: enumerations in lower case and by their
// plainest name (`prohibit-password`, `delayed`), numbers decimal, times in seconds, file names absolute.
[[nodiscard]] std::vector<std::string> setting_values(Directive directive,
                                                      const std::vector<std::string>& arguments,
                                                      const SshBuild& build);

// A port: a number, or the name of a common service where the target has services(5) (getservbyname(3)). -1
// when sshd refuses it, 0 is returned as 0 (misc.c:a2port).
[[nodiscard]] int port_number(std::string_view text, const SshBuild& build);
// Seconds, or nothing when sshd refuses it (misc.c:convtime).
[[nodiscard]] std::optional<long> time_in_seconds(std::string_view text, const SshBuild& build);
// strtonum(3) from 0 to INT_MAX; nothing and the word for it (`invalid`, `too small`, `too large`,
// `missing`).
[[nodiscard]] std::optional<long> whole_number(const std::optional<std::string>& text,
                                               std::string_view& error);
// RekeyLimit's amount with its K, M, G … (fmt_scaled.c); nothing and strerror's words when it is none.
[[nodiscard]] std::optional<long long> scaled_number(std::string_view text, std::string_view& error);
// IPQoS: 0-255, -1 when refused, kNoIpqos for `none`.
constexpr int kNoIpqos = 1000;
[[nodiscard]] int ipqos_value(std::string_view text, const SshBuild& build);
// `HOST:PORT`, `[HOST]:PORT`, `HOST`. ok is false where hpdelim2 finds none, or `/` in its place.
struct HostPort {
  bool ok = false;
  std::string host;  // without brackets
  std::optional<std::string> port;
};
[[nodiscard]] HostPort split_host_port(std::string_view text);
// vis(3) with VIS_SAFE|VIS_OCTAL as sshd's log does to what it prints.
[[nodiscard]] std::string as_logged(std::string_view text);

}  // namespace reentry
