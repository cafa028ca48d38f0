// The report that a person reads: the answer first, then why, then what to do.
#pragma once

#include <cstddef>
#include <string>

#include "base/text.hpp"
#include "diagnosis/diagnosis.hpp"
#include "facts/owner_names.hpp"

namespace reentry {

struct TerminalOptions {
  Language language = Language::en;
  bool color = false;
  bool utf8 = true;        // false: ASCII signs only
  std::size_t width = 80;  // columns
  bool verbose = false;    // every gate with its detail, every finding of a kind
  std::string target;      // what every verb needs to be told, e.g. `--root /mnt/recovery`; may be empty
  std::string login;       // what `fix` needs besides for the same question, e.g. `--user alice`
  OwnerNames names;        // of the target's accounts
  bool privileged = true;  // false: root would see more
};

// Ends with a newline. The same diagnosis and options give the same bytes.
[[nodiscard]] std::string render_terminal(const Diagnosis& diagnosis, const TerminalOptions& options);

}  // namespace reentry
