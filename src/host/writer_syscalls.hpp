// What both halves of the writer share: attributes and flags of an open node.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <vector>

#include "base/host_path.hpp"
#include "base/result.hpp"
#include "host/descriptor.hpp"
#include "host/node_image.hpp"

namespace reentry {

// A failure of kind `change` in words for errno.
[[nodiscard]] tl::unexpected<Error> change_error(const HostPath& path, int error);
// Extended attributes of an open file or directory, by name; none where the file system has none.
[[nodiscard]] std::vector<ExtendedAttribute> attributes_of(const Descriptor& node);
// FS_IOC_GETFLAGS; 0 where the file system has none.
[[nodiscard]] std::uint32_t inode_flags(const Descriptor& node);
[[nodiscard]] NodeImage image_of(const struct stat& raw);

}  // namespace reentry
