// Our own command line, as a person would type it.
#pragma once

#include <string>

#include "cli/options.hpp"

namespace reentry::cli {

// A word as a shell takes it, safe to show.
[[nodiscard]] std::string quoted(const std::string& word);

// `--root DIR`, or nothing for this machine.
[[nodiscard]] std::string target_arguments(const TargetOptions& options);
// `--user alice --key id.pub --from 203.0.113.5 --port 2222 --password`: the question.
[[nodiscard]] std::string login_arguments(const TargetOptions& options);
// `reentry fix …` with everything that was asked, without --apply.
[[nodiscard]] std::string fix_command(const FixOptions& options);

}  // namespace reentry::cli
