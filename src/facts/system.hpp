// What the next start of the machine depends on before sshd's turn comes: mounts, targets, kernels.
#pragma once

#include <string>
#include <vector>

#include "base/known.hpp"
#include "facts/boot_menu.hpp"
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
};

}  // namespace reentry
