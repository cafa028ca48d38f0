// The Include line that makes the configuration include itself for ever.
#pragma once

#include <optional>
#include <string>

#include "facts/sshd_config.hpp"

namespace reentry {

struct IncludeLoop {
  ConfigOrigin at;            // the line that leads back to a file that is being read
  bool nothing_lost = false;  // without it every other file is still included
};

// The first such line in reading order; nothing where files merely nest too deep. Names are matched as
// glob(3) does, relative ones below sshd's own `directory`.
[[nodiscard]] std::optional<IncludeLoop> include_loop(const SshdConfig& config, const std::string& directory);

}  // namespace reentry
