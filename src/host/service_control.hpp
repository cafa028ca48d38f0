// sshd as a service of this machine: told to read its configuration again, or started. Never restarted, so
// that no session ends.
#pragma once

#include <string>
#include <vector>

#include "base/text.hpp"

namespace reentry {

// What is known of the service from the machine's own files.
struct ServiceNames {
  std::string unit;               // `ssh.service`; empty where there is none
  std::string socket;             // `ssh.socket`, where one is enabled
  std::string pid_file;           // PidFile
  std::string program;            // physical path of sshd
  std::vector<std::string> call;  // how a person would start it by hand
};

enum class ServiceAct { reloaded, started, on_demand, failed };

struct ServiceOutcome {
  ServiceAct act = ServiceAct::failed;
  std::string ran;      // the command, or `kill -HUP 123`
  std::string by_hand;  // when it failed: what a person would run
  std::string back;     // what ends what was started
  Text why;             // when it failed
};

// By systemd where it is process 1, which reads changed unit files again first; else by SIGHUP to the
// listening sshd, or by the service script where none listens. Waits until sshd listens (again), a few
// seconds at most.
[[nodiscard]] ServiceOutcome reload_or_start(const ServiceNames& names);

// The command that a person would run for the same.
[[nodiscard]] std::string reload_by_hand(const ServiceNames& names);

}  // namespace reentry
