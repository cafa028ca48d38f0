// Runs one program of a root that is not trusted, and gives back what it said. Whatever the program does, it
// changes nothing and sees nothing but that root: docs/decisions/0006-asking-the-targets-sshd.md.
//
// It gets: mount, pid, network, ipc and uts namespaces of its own; a tmpfs as its root, into which the
// root's directories are bound read-only, without set-id bits and devices, and none of this machine's /proc,
// /sys, /dev, /run and /tmp; an empty environment, no terminal, no open file but its output; user 0 with
// CAP_DAC_READ_SEARCH alone, so that it can read what sshd could; a filter of system calls without new
// processes, sockets, mounts, handles, keyrings and kernel interfaces; limits of memory, time and output.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/host_path.hpp"
#include "base/text.hpp"

namespace reentry {

// Something that the program shall see otherwise than it is on the disk. `path` is physical.
struct Pretence {
  enum class Kind { file, directory, gone };
  Kind kind = Kind::file;
  HostPath path;
  std::string bytes;  // of a file
  std::uint32_t mode = 0644, uid = 0, gid = 0;
};

struct SandboxRun {
  std::string root;                    // a directory of this machine; `/` is this machine itself
  std::string program;                 // absolute, as the root sees it
  std::vector<std::string> arguments;  // argv; the first is the program's name for itself
  std::vector<Pretence> pretences;     // in order: each builds on those before it
  // Directories that a booted host has and a stopped one lacks, made 0755 root where they lie below /run.
  std::vector<HostPath> run_directories;
  std::chrono::milliseconds limit{5000};
  std::size_t output_limit = std::size_t{64} << 10U;
};

struct SandboxAnswer {
  enum class End {
    not_run,   // see `why_not`; nothing of the root ran
    exited,    // `status` is its exit status
    killed,    // `status` is the signal
    too_long,  // the time was up and it was killed
    too_much,  // it printed more than the limit and was killed
  };
  End end = End::not_run;
  int status = 0;
  std::string said;  // both outputs, raw bytes
  Text why_not;
};

// Never fails otherwise than by End::not_run. When it returns, nothing of the program runs any more.
[[nodiscard]] SandboxAnswer run_in_sandbox(const SandboxRun& run);

}  // namespace reentry
