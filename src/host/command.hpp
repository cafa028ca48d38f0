// Runs a program of this machine, by its path, without a shell.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace reentry {

struct CommandAnswer {
  int status = 0;          // exit status; 128 + N for signal N
  bool timed_out = false;  // it was killed
  std::string said;        // both outputs, up to 16 KiB
};

// As `CommandAnswer`, with the outputs apart and whole.
struct CommandOutputs {
  int status = 0;
  bool timed_out = false;
  bool too_much = false;  // it wrote more than it may and was killed
  std::string out;        // standard output
  std::string complaint;  // standard error
};

// Waits for its end, not for the end of what it leaves running: a service script's daemon keeps its outputs.
// Standard input is empty, the environment is PATH and LC_ALL=C. Fails (target) where it can't be started.
[[nodiscard]] Result<CommandAnswer> run_command(const std::vector<std::string>& argv,
                                                std::chrono::milliseconds limit);

// The same for a program whose answer is read by us: each output may have `most` bytes.
[[nodiscard]] Result<CommandOutputs> run_question(const std::vector<std::string>& argv,
                                                  std::chrono::milliseconds limit, std::size_t most);

}  // namespace reentry
