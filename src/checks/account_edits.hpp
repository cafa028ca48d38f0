// Edits of single fields in /etc/passwd, /etc/shadow and /etc/group. The lines are found by the entry that
// the facts name; nothing comes back where the file's bytes are not known.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "checks/remedies.hpp"
#include "facts/accounts.hpp"
#include "facts/facts.hpp"

namespace reentry {

// Fields are counted from 0, as `cut -d: -f` counts from 1.
[[nodiscard]] Steps set_passwd_field(const Facts& facts, const PasswdEntry& user, std::size_t field,
                                     std::string_view value);
[[nodiscard]] Steps set_shadow_field(const Facts& facts, const ShadowEntry& entry, std::size_t field,
                                     std::string_view value);
// `user` joins `group`; nothing when there is no such group.
[[nodiscard]] Steps join_group(const Facts& facts, std::string_view group, std::string_view user);
// A shell that every Linux has and that `user` can start, other than the one that the account has; empty when
// there is none, or no such user.
[[nodiscard]] std::string present_shell(const Facts& facts, const PasswdEntry* user);
// Line `line` of /etc/passwd as /etc/passwd- has it: the whole of the account's line in that copy, where it
// has a good one of the same name. Nothing otherwise.
[[nodiscard]] Steps restore_passwd_line(const Facts& facts, std::size_t line, std::string_view name);
// Field `field` of line `line` as it stands in the file, secrets included; for edits alone, never for show.
[[nodiscard]] std::string field_of(const Facts& facts, std::string_view path, std::size_t line,
                                   std::size_t field);

}  // namespace reentry
