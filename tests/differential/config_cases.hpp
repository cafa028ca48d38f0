// Random configurations of sshd, good and bad, the same for the same seed.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "facts/ssh_build.hpp"

namespace reentry::differential {

// Files below one directory; names are relative to it. The main file is `sshd_config`.
struct ConfigCase {
  std::vector<std::pair<std::string, std::string>> files;
  std::vector<std::string> dangling;  // links to nothing
  std::vector<std::string> options;   // -o
  std::vector<std::string> ports;     // -p
  // What -C says.
  std::string user;
  std::string host;
  std::string address;
  std::string local_address;
  int local_port = 22;
};

// `directory` is where the files will stand, as sshd sees it.
[[nodiscard]] ConfigCase make_case(std::uint64_t seed, const std::string& directory, const SshBuild& build);

}  // namespace reentry::differential
