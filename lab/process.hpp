// Starts programs outside and inside a lab host and gathers what they say.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace reentry::lab {

// What a program said and how it ended.
struct Ran {
  int status = 0;  // exit status; 128 + N for signal N; 124 where the time was up
  std::string out;
  std::string err;
  bool timed_out = false;
};

// Which part of a host a program is put into.
enum class Inside {
  nothing,  // an ordinary program of this machine
  network,  // this machine's files, the host's network: a client
  all,      // the host's files, processes and network: a program of the host
};

struct Program {
  std::vector<std::string> argv;  // argv[0] is looked up in PATH unless it has a slash
  std::vector<std::pair<std::string, std::string>>
      environment;                         // added to our own (Inside::all: to an empty one)
  std::string input;                       // its standard input, at most 64 KiB
  std::chrono::milliseconds limit{20000};  // then it is killed
};

// Runs to the end. `host_init` is the pid of the host's first process; not used for Inside::nothing. Output
// is kept up to 4 MiB each. Fails where it could not be started.
[[nodiscard]] Result<Ran> run_program(const Program& program, Inside inside = Inside::nothing,
                                      pid_t host_init = -1);

// Starts a program of the host in the background, both outputs appended to `log`. Gives the pid of a process
// of ours that ends with the program and with its exit status.
[[nodiscard]] Result<pid_t> start_program(const Program& program, pid_t host_init, const std::string& log);

// Ends every process of the host but its first.
void kill_everything(pid_t host_init);

}  // namespace reentry::lab
