// The files of a tree as a configuration parser asks for them.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "facts/sshd_config.hpp"
#include "host/file_tree.hpp"

namespace reentry {

class TreeConfigInput final : public ConfigInput {
 public:
  // The tree must outlive the input.
  explicit TreeConfigInput(FileTree& tree) : tree_(tree) {}

  Known<std::string> read(const HostPath& path) override {
    FileFact fact = tree_.read(path);
    // getline(3) of a directory gives nothing: ssh and sshd take it for an empty file.
    const bool directory = fact.path.found() && fact.path.node().stat.type == FileType::directory;
    if (directory) return std::string();
    return std::move(fact.bytes);
  }

  Known<std::vector<HostPath>> glob(const HostPath& pattern) override { return tree_.glob(pattern); }

 private:
  FileTree& tree_;
};

}  // namespace reentry
