// Where a fact stands, as an Exhibit; and gates with their result, in one line.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/text.hpp"
#include "facts/facts.hpp"
#include "login/trace.hpp"

namespace reentry {

// One line of `bytes`, counted from 1, without its newline; empty when there is no such line.
[[nodiscard]] std::string line_of(std::string_view bytes, std::size_t line);

// The line of sshd_config (or a drop-in, or sshd's command line) that set a value.
[[nodiscard]] Exhibit config_exhibit(const Facts& facts, const ConfigOrigin& origin);

// An account's line in /etc/passwd. A password hash in field 2 is left out.
[[nodiscard]] Exhibit passwd_exhibit(const PasswdEntry& user);

// An account's line in /etc/shadow. Of the hash only what decides is kept: `!`, `!!`, `*`, `$6$…`.
[[nodiscard]] Exhibit shadow_exhibit(const ShadowEntry& entry);

// The line of /etc/nsswitch.conf that names a database's services.
[[nodiscard]] Exhibit nsswitch_exhibit(const AccountFacts& accounts, const NssDatabase& database);

// A line of a file that stands in facts.paths.
[[nodiscard]] Exhibit file_exhibit(const Facts& facts, std::string_view path, std::size_t line);

// `values` with blanks between, as a config line lists them.
[[nodiscard]] std::string joined(const std::vector<std::string>& values);

// A gate of `id` whose stage is the first part of the id.
[[nodiscard]] Gate gate_of(std::string_view id, GateResult result, Text detail = {});
[[nodiscard]] Gate unknown_gate(std::string_view id, std::vector<Missing> missing, Text detail);

// Result and obstacles together: refuse when there is an obstacle, else unknown when something is missing,
// else pass.
void settle(Gate& gate);

}  // namespace reentry
