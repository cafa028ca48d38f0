// What sshd -t and sshd -T should say, made from what reentry read.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "facts/ssh_build.hpp"
#include "facts/sshd_config.hpp"

namespace reentry::differential {

struct Expectation {
  int status = 0;
  std::string err;
};

// stderr and status of `sshd -t`.
[[nodiscard]] Expectation expected_check(const SshdConfig& config, const SshBuild& build);

// The lines of `sshd -T`, by keyword.
using Dump = std::map<std::string, std::vector<std::string>>;
[[nodiscard]] Dump parse_dump(const std::string& text);

// The values that `keyword` of the dump should have.
[[nodiscard]] std::vector<std::string> expected_values(const std::string& keyword,
                                                       const EffectiveConfig& config);

}  // namespace reentry::differential
