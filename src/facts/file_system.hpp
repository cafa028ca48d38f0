// The file system that a path lies on, as statfs(2) has it.
#pragma once

#include <cstdint>

namespace reentry {

struct FileSystem {
  bool read_only = false;        // as the machine that reads has it mounted
  bool in_memory = false;        // tmpfs: each boot begins with an empty one
  std::uint64_t id = 0;          // f_fsid; 0 where it has none
  std::uint64_t block_size = 0;  // bytes
  std::uint64_t blocks = 0;      // 0: it does not count them, or can't be written to by its nature
  std::uint64_t free = 0;        // for root
  std::uint64_t available = 0;   // for everybody else
  std::uint64_t inodes = 0;      // 0: it does not count them
  std::uint64_t free_inodes = 0;
  bool operator==(const FileSystem&) const = default;

  [[nodiscard]] bool out_of_inodes() const { return inodes != 0 && free_inodes == 0; }
  // Whether root can't make a file of one block. On one that is read-only the numbers say nothing.
  [[nodiscard]] bool full_for_root() const { return (blocks != 0 && free == 0) || out_of_inodes(); }
  [[nodiscard]] bool full_for_users() const { return (blocks != 0 && available == 0) || out_of_inodes(); }
};

}  // namespace reentry
