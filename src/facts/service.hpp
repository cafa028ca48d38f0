// What sshd needs besides its configuration in order to start: its program, its libraries, its second and
// third programs, its empty directory, its host keys.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/host_path.hpp"
#include "base/known.hpp"
#include "facts/path.hpp"
#include "facts/private_key.hpp"
#include "facts/program_load.hpp"

namespace reentry {

enum class ProgramState {
  fine,
  absent,
  not_regular,     // a directory, a device
  not_executable,  // no x bit at all
  empty,
  damaged,  // no ELF file and no script, cut short, or at odds with itself
  unknown,  // it could not be read: see `missing`
};

// One program that must run.
struct ProgramFact {
  PathFact path;
  ProgramState state = ProgramState::unknown;
  std::string reason;   // English, one line, for `damaged`
  bool script = false;  // `#!`: what it does is not known here
  Missing missing;      // when unknown
};

// One private host key file.
struct HostKeyFact {
  std::string configured;  // as HostKey has it, or the built-in name
  PathFact path;
  Known<PrivateKeyFile> key;  // Missing: absent, unreadable …
};

struct ServiceFacts {
  bool collected = false;
  ProgramFact sshd;
  std::vector<ProgramFact> helpers;          // sshd-session from 9.8, sshd-auth from 10.0
  std::vector<LibraryFault> library_faults;  // in the order in which the loader meets them
  std::vector<Missing> libraries_unknown;    // libraries that could not be read
  PathFact not_to_be_run;                    // /etc/ssh/sshd_not_to_be_run
  PathFact privsep_directory;
  std::vector<HostKeyFact> host_keys;        // those that sshd will try, in its order
  std::vector<HostKeyFact> other_host_keys;  // /etc/ssh/ssh_host_*_key that nothing names
  std::vector<std::string> names_in_hosts;   // hosts of ListenAddress: names of /etc/hosts, own addresses
};

}  // namespace reentry
