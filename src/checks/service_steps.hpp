// Steps about a service of a target that runs, by whatever manages services there.
#pragma once

#include <string>
#include <vector>

#include "checks/remedies.hpp"

namespace reentry {

// A command line that a step would run, and what a person would type.
struct ServiceStep {
  Steps steps;  // empty: it can't be done by reentry
  std::vector<std::string> commands;
};

// Starts sshd by its unit or socket; taken back by a stop. A unit that failed is told to forget it first.
[[nodiscard]] ServiceStep start_service(const Facts& facts);
// Makes the running sshd read its configuration again; there is nothing to take back.
[[nodiscard]] ServiceStep reload_service(const Facts& facts);
// Ends and starts anew an sshd that does not answer. Sessions go on.
[[nodiscard]] ServiceStep restart_service(const Facts& facts);

}  // namespace reentry
