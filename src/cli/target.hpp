// From the options to a target that has been read and judged.
#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "cli/options.hpp"
#include "diagnosis/diagnosis.hpp"
#include "facts/facts.hpp"
#include "host/file_tree.hpp"
#include "report/terminal.hpp"

namespace reentry::cli {

// A target, what was read of it and what was found.
struct Checked {
  Facts facts;
  std::vector<LoginQuestion> questions;
  Diagnosis diagnosis;
  std::vector<Trace::Touch> touches;  // with --verbose
};

// Reads the target that the options name, asks the logins that they name (the host's own where they name
// none) and judges them. Fails (target): no such directory, not a Linux root, facts that don't parse;
// (usage): a key file that can't be read, an address that is none.
[[nodiscard]] Result<Checked> check_target(const TargetOptions& options, bool verbose);

// `reentry: WHAT: WHY` on stderr, one line; gives the exit status that the contract has for the error's kind.
int complain(const Error& error);

// 0 open, 1 blocked, 3 undecidable; degraded is 0: nothing refuses the logins asked about.
[[nodiscard]] int exit_status(const Diagnosis& diagnosis);

// Ends the program when all is said. What it has read and found is left to the kernel: to take the logins of
// ten thousand accounts apart takes as long as to judge them.
[[noreturn]] void end_process(int status);

// How the report looks on this terminal.
[[nodiscard]] TerminalOptions terminal_options(const CommonOptions& common, const TargetOptions& target);

// Whether output to `stream` is coloured under `color`, NO_COLOR and the terminal's being one.
[[nodiscard]] bool wants_color(Color color, std::FILE* stream);
// Columns of the terminal on stdout, 80 where it is none; never under 40.
[[nodiscard]] std::size_t terminal_width();
// Whether the locale writes UTF-8; without it the renderers keep to ASCII signs.
[[nodiscard]] bool locale_is_utf8();

// Writes `text` to stdout whole. Fails (internal) when stdout is gone or full.
[[nodiscard]] Result<void> write_out(std::string_view text);

}  // namespace reentry::cli
