// Edits of sshd_config that the remedies of many checks share. All work on the line that an obstacle names
// and keep its indentation, keyword and comment.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {

// A config line in its parts: `  AllowUsers alice bob  # team` -> `  `, `AllowUsers`, `alice bob`, `  #
// team`.
struct ConfigWords {
  std::string indent;
  std::string keyword;
  std::string value;
  std::string tail;  // blanks and comment
  [[nodiscard]] std::string joined() const;
};
[[nodiscard]] ConfigWords config_words(std::string_view line);
// `value` cut at blanks; quotes are kept.
[[nodiscard]] std::vector<std::string> words_of(std::string_view value);

// The line at the obstacle's locus as it stands; empty when it is no line of a file.
[[nodiscard]] std::string config_line(const SeenCase& it);

// The line becomes a comment. A Match line takes its whole block with it: without its head the block's lines
// would hold for everybody.
[[nodiscard]] Steps drop_line(const SeenCase& it, std::string_view note);
[[nodiscard]] Steps set_value(const SeenCase& it, std::string_view value);
[[nodiscard]] Steps add_word(const SeenCase& it, std::string_view word);
// Takes every word out of the line for which `unwanted` holds; the line becomes a comment when none is left.
[[nodiscard]] Steps remove_word(const SeenCase& it, std::string_view word);

// Settings for this one user (and address, where the login has one and `from_there` says so): a Match block
// in front of every other, since the first match wins. Nothing for a name that a pattern could mistake.
[[nodiscard]] Steps allow_for_user(const SeenCase& it, const std::vector<std::string>& settings,
                                   bool from_there);

// What makes a running sshd read its configuration again: `sshd -t && systemctl reload ssh`.
[[nodiscard]] std::string reload_command(const Facts& facts);
// The unit's name: `ssh` for Debian and its kin, `sshd` elsewhere.
[[nodiscard]] std::string unit_name(const Facts& facts);
// What puts the OpenSSH server package back, by the vendor's own tool.
[[nodiscard]] std::string install_command(const Facts& facts);
// Opens the file at the obstacle's line.
[[nodiscard]] std::string edit_command(const SeenCase& it);

}  // namespace reentry
