// A file of the target as a source of bytes, read in parts.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "facts/elf.hpp"
#include "host/file_tree.hpp"

namespace reentry {

class TreeSource final : public ByteSource {
 public:
  // `fact` must be found and a regular file. The tree must outlive the source.
  TreeSource(FileTree& tree, const PathFact& fact)
      : tree_(tree), path_(fact.real), size_(fact.node().stat.size) {}
  Known<std::string> read(std::uint64_t offset, std::size_t length) override {
    return tree_.read_range(path_, offset, length);
  }
  [[nodiscard]] std::uint64_t size() const override { return size_; }

 private:
  FileTree& tree_;
  HostPath path_;
  std::uint64_t size_;
};

}  // namespace reentry
