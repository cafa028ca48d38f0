// What publickey_diff changes on its host, case by case.
#pragma once

#include <string>
#include <vector>

namespace reentry::differential {

struct KeyCase {
  std::string name;
  std::string script;            // run as root inside the host, ~alice is fresh before each
  std::string config;            // a drop-in; the same text as the case before leaves sshd running
  std::string key = "ed25519";   // of the lab's keys
  std::string certificate = {};  // a file in /mnt of the host
  std::string user = "alice";
};

[[nodiscard]] std::vector<KeyCase> key_cases();

}  // namespace reentry::differential
