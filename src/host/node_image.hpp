// Everything of one file, directory or symlink that undo gives back. Values only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "facts/path.hpp"

namespace reentry {

struct Moment {
  std::int64_t seconds = 0;  // since 1970 UTC
  std::int64_t nanoseconds = 0;
  auto operator<=>(const Moment&) const = default;
};

struct ExtendedAttribute {
  std::string name;  // `user.x`, `security.selinux`, `system.posix_acl_access`, …
  std::string value;
  auto operator<=>(const ExtendedAttribute&) const = default;
};

struct NodeImage {
  bool exists = false;  // the rest means something only then
  FileType type = FileType::unknown;
  std::uint32_t mode = 0;  // 07777
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::uint64_t inode = 0;
  std::uint64_t links = 1;
  std::uint32_t flags = 0;  // FS_IOC_GETFLAGS, 0 where the file system has none
  Moment accessed;
  Moment modified;
  std::vector<ExtendedAttribute> attributes;  // by name
  std::string digest;                         // SHA-256 of a regular file's bytes or of a symlink's target
  std::string bytes;                          // of a regular file, or a symlink's target
};

}  // namespace reentry
