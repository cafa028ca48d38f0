// Remedies for lines of /etc/pam.d.
#pragma once

#include <string>

#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {

// The PAM line at the locus becomes a comment. Nothing for an include, which would take a whole stack along,
// and for pam_unix, without which no password and no account is ever looked at.
[[nodiscard]] Steps drop_pam_line(const SeenCase& it, std::string_view note);
// The line with its misspelt type or control word corrected; nothing when none comes near.
[[nodiscard]] Steps correct_pam_line(const SeenCase& it);
// Opens the file at the line.
[[nodiscard]] std::string edit_line_command(const SeenCase& it);

}  // namespace reentry
