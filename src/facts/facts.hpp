// Everything that was read from one target: plain values, enough to judge every login without the target.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>

#include "base/known.hpp"
#include "facts/accounts.hpp"
#include "facts/cloud_init.hpp"
#include "facts/firewall.hpp"
#include "facts/hosts_access.hpp"
#include "facts/labels.hpp"
#include "facts/packages.hpp"
#include "facts/pam.hpp"
#include "facts/path.hpp"
#include "facts/program_load.hpp"
#include "facts/running.hpp"
#include "facts/service.hpp"
#include "facts/ssh_build.hpp"
#include "facts/sshd_config.hpp"
#include "facts/system.hpp"
#include "facts/unit.hpp"

namespace reentry {

enum class TargetKind {
  live,  // this machine
  root,  // a mounted root file system
  host,  // another machine, seen from here over the network (facts/walk.hpp)
};

// When a login is asked for: while the target runs as it does, or after its next boot. A mounted root knows
// the latter alone.
enum class When { now, next_start };
[[nodiscard]] constexpr When natural_time(TargetKind kind) {
  return kind == TargetKind::live ? When::now : When::next_start;
}

struct TargetFacts {
  TargetKind kind = TargetKind::root;
  std::string name;     // as the user named it: the mount point, or this host's name
  std::string os;       // PRETTY_NAME of os-release, empty if unknown
  std::string os_id;    // ID of os-release
  std::string machine;  // x86_64, aarch64 … from sshd's ELF header, empty if unknown
};

struct Facts {
  std::int64_t now = 0;  // seconds since 1970 UTC: the clock that expiry is judged by
  TargetFacts target;
  SshBuild ssh;
  UnitFacts unit;
  SshdArguments arguments;
  SshdConfig config;
  ServiceFacts service;
  RunningFacts running;
  HostsAccess hosts_access;
  FirewallFacts firewall;
  AccountFacts accounts;
  PamFacts pam;
  SystemFacts system;
  PackageFacts packages;
  CloudInitFacts cloud;
  LabelFacts labels;
  PathStore paths;  // homes, key files, shells, programs … by the path that sshd would ask for
  std::map<std::string, ProgramLoad> loads;  // of the ELF programs that sessions start, by the same paths
};

}  // namespace reentry
