// The version of a package, from the database of the target's package manager.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "host/file_tree.hpp"

namespace reentry {

struct PackageVersion {
  std::string name;
  std::string version;    // `1:9.2p1-2+deb12u10`
  std::string read_from;  // the file that says so
  [[nodiscard]] std::string text() const { return name + " " + version; }
};

// As dpkg, apk or pacman has it installed. Nothing where no database names it; that of rpm is not
// read.
[[nodiscard]] std::optional<PackageVersion> package_version(FileTree& tree, std::string_view name);

}  // namespace reentry
