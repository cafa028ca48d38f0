// /etc/hosts.allow and /etc/hosts.deny as libwrap reads them, for sshd built with it (Debian, Ubuntu, RHEL up
// to 7). Sources: hosts_access(5), hosts_options(5), tcp_wrappers 7.6 hosts_access.c and misc.c with Debian's
// patches.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/known.hpp"

namespace reentry {

// The two tables, the pattern files that they name, and what can be known of host names without DNS.
struct HostsAccess {
  Known<std::string> allow;  // absent: as if empty
  Known<std::string> deny;
  std::map<std::string, Known<std::string>> files;  // `/path` patterns, by path
  std::map<std::string, std::string> names;         // address -> first name in /etc/hosts
};

// One access rule: `daemons : clients [: options …]`. A line without its newline, or longer than 2047 bytes,
// is none: when libwrap gets as far as that line it stops reading hosts.allow, or refuses in hosts.deny
// (hosts_access.c, seen with 7.6.q-32).
struct WrapperRule {
  std::size_t line = 0;
  std::string text;  // as it stands, continuation lines joined
  std::string daemons;
  std::string clients;
  std::string options;  // behind the second colon; empty if there is none
  bool unreadable = false;
};

// A line that libwrap complains of, and why.
struct WrapperProblem {
  std::size_t line = 0;
  std::string text;
  std::string why;  // `missing ":" separator`, `missing newline or line too long`
};

struct WrapperTable {
  std::vector<WrapperRule> rules;
  std::vector<WrapperProblem> problems;
};
[[nodiscard]] WrapperTable parse_wrapper_table(std::string_view bytes);

// The `/path` patterns that a table names.
[[nodiscard]] std::vector<std::string> pattern_files_of(const WrapperTable& table);

enum class WrapperVerdict { granted, refused, unknown };

struct WrapperAnswer {
  WrapperVerdict verdict = WrapperVerdict::granted;
  std::string table;  // path of the table that decided; empty when neither matched
  std::size_t line = 0;
  std::string text;
  std::vector<Missing> unknown;
};

// What hosts_access(3) answers for `daemon` and a client at `address`; without an address only rules that
// hold for every address decide. Names that only DNS knows, users (RFC 1413) and netgroups are unknown.
[[nodiscard]] WrapperAnswer hosts_access(const HostsAccess& facts, std::string_view daemon,
                                         const std::optional<std::string>& address);

}  // namespace reentry
