// Everything of one file, directory or symlink that undo gives back. Values only.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
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

inline constexpr std::string_view kLabelAttribute = "security.selinux";

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

// The SELinux label without the NUL at its end; empty where the node has none.
[[nodiscard]] inline std::string label_of(const NodeImage& image) {
  for (const ExtendedAttribute& attribute : image.attributes) {
    if (attribute.name == kLabelAttribute) return attribute.value.substr(0, attribute.value.find('\0'));
  }
  return {};
}

// The image with that label instead of its own; empty: with none.
[[nodiscard]] inline NodeImage with_label(NodeImage image, const std::string& label) {
  std::erase_if(image.attributes, [](const ExtendedAttribute& a) { return a.name == kLabelAttribute; });
  if (label.empty()) return image;
  // libselinux writes the NUL too (setfilecon.c).
  image.attributes.push_back({std::string(kLabelAttribute), label + '\0'});
  std::sort(image.attributes.begin(), image.attributes.end());
  return image;
}

}  // namespace reentry
