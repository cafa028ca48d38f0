// A tree with Debian's SELinux policy, labelled, enforcing: made once into the lab's cache, copied for each
// use.
#pragma once

#include <string>
#include <utility>

#include "base/result.hpp"

namespace reentry::differential {

// A private copy that goes with this value.
class LabelTree {
 public:
  explicit LabelTree(std::string path) : path_(std::move(path)) {}
  LabelTree(LabelTree&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  LabelTree& operator=(LabelTree&&) = delete;
  LabelTree(const LabelTree&) = delete;
  LabelTree& operator=(const LabelTree&) = delete;
  ~LabelTree();
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// Fails where this is not root, or mmdebstrap or setfiles fail.
[[nodiscard]] Result<LabelTree> label_tree();

}  // namespace reentry::differential
