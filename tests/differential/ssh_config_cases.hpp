// Random client configurations for ssh_config_diff.
#pragma once

#include <cstddef>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace reentry::differential {

struct PoolEntry {
  const char* keyword;
  const char* value;
};

// Every setting that a case may have, with a value that ssh prints in one way only.
[[nodiscard]] const std::vector<PoolEntry>& pool();
// The keywords of the pool in lower case, each once.
[[nodiscard]] std::vector<std::string> keywords();
[[nodiscard]] bool accumulates(const std::string& keyword);
// Its default is not the same in every configuration.
[[nodiscard]] bool depends_on_others(const std::string& keyword);

struct ConfigCase {
  std::map<std::string, std::string> files;  // `config` and what it includes, by name
  // The pool's entry, `KEYWORD VALUE`, by file and line.
  std::map<std::pair<std::string, std::size_t>, std::string> entries;
  std::vector<std::string> options;  // of -o
  std::string host;
  std::string user;  // of -l; empty: none
};

// `folder` ends with a slash.
[[nodiscard]] ConfigCase random_case(std::mt19937& random, const std::string& folder);

}  // namespace reentry::differential
