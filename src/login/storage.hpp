// Whether what a login writes can be written: full file systems, and read-only ones. Internal to login/.
#pragma once

#include <string_view>

#include "facts/facts.hpp"
#include "login/trace.hpp"

namespace reentry {

enum class Writes {
  work,
  read_only,
  full,     // not one block, or not one inode, is left for root
  unknown,  // nobody looked, or what lies there at that moment is not mounted here
};
// What sshd, as root, meets below `path`, one of those in facts.system.storage.file_systems. Read-only is
// what is mounted now, and for the next start what fstab says; a tmpfs is empty then.
[[nodiscard]] Writes writes_at(const Facts& facts, When when, const std::string& path);

// The obstacle of a write that fails (not Writes::work): system/file-system-full or system/read-only, for the
// PAM line that needs it.
[[nodiscard]] Obstacle failed_write(const Facts& facts, Writes writes, const std::string& path,
                                    const Exhibit& needed_by);

// system/file-systems: passes, and notes what is full or was made read-only.
[[nodiscard]] Gate storage_gate(const Facts& facts, When when);

}  // namespace reentry
