// What the next start of the machine depends on before sshd's turn comes: mounts, targets, kernels.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/known.hpp"
#include "facts/boot_menu.hpp"
#include "facts/file_system.hpp"
#include "facts/fstab.hpp"
#include "facts/path.hpp"

namespace reentry {

// One mount of fstab that the boot attempts, with what was found of it.
struct MountFact {
  BootMount mount;
  PathFact where;          // the mount point
  PathFact source;         // where the spec is a path that is no link of udev: /dev/sda1
  bool type_known = true;  // the kernel, one of its modules or a mount.TYPE program knows the type
  std::string device;      // `by-uuid/…` where the spec names a device by a link of udev
};

// A bound on processes and threads, with how many there are.
struct TaskLimit {
  std::string source;  // `/sys/fs/cgroup/system.slice/ssh.service/pids.max`, `/proc/sys/kernel/pid_max` …
  std::uint64_t most = 0;
  std::uint64_t now = 0;
  [[nodiscard]] std::uint64_t left() const { return most > now ? most - now : 0; }
};

// What the writes of a login meet. Paths are as they were asked for, not resolved.
struct StorageFacts {
  std::map<std::string, Known<FileSystem>> file_systems;  // of those that were asked about and exist
  std::vector<BootMount> fstab;                           // every line but noauto's
  // Whether /var/log/lastlog holds a record of that uid; only of full file systems.
  std::map<std::uint32_t, bool> lastlog_records;
};

struct SystemFacts {
  bool collected = false;
  bool systemd = false;  // systemd is what the kernel starts
  std::vector<MountFact> mounts;
  std::vector<Missing> unread;              // what could not be read of the above
  Known<std::vector<std::string>> devices;  // links below /dev/disk of the machine that did the reading
  PathFact default_target;                  // default.target where systemd finds it first
  std::string default_target_name;          // of the unit that it leads to; empty: there is none
  std::string vendor_target_name;           // the same for the one below /usr/lib or /lib alone
  std::vector<KernelEntry> kernels;         // in the order of the menu
  std::vector<PathFact> kernel_files;       // of each entry; empty where /boot is no part of this root
  StorageFacts storage;
  // Of a target that runs: the bound that sshd is nearest to, of its control groups and the kernel.
  std::optional<TaskLimit> tasks;
  // Processes and threads by uid, where pam_limits has a line on nproc.
  std::optional<std::map<std::uint32_t, std::uint64_t>> tasks_of_users;
  std::string oom_log;  // the log that tells of an sshd that the OOM killer ended; empty: none does
  std::string oom_line;
  std::int64_t newest_file = 0;  // the latest modification among a few files that every host has
  std::string newest_path;
};

}  // namespace reentry
