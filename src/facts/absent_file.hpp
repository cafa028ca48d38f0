// What perror(3) of sshd says about its configuration.
#pragma once

#include <string>

#include "facts/sshd_config.hpp"

namespace reentry {

// The file that is not there, where that is what ends sshd with this problem; empty otherwise.
[[nodiscard]] std::string absent_file(const ConfigProblem& problem);

}  // namespace reentry
