// A path on a target, as the target sees it: absolute, `/`-separated bytes. Kept apart from paths of the
// machine we run on, so that the two can't be mixed.
#pragma once

#include <compare>
#include <string>
#include <string_view>
#include <vector>

namespace reentry {

// Lexically clean: starts with `/`, no empty component, no `.`, no trailing slash (but `/` itself).
// `..` is kept: what it means depends on symlinks and only the target's tree can say.
class HostPath {
 public:
  HostPath() : text_("/") {}
  // A relative `text` is taken to be below `/`.
  explicit HostPath(std::string_view text);

  [[nodiscard]] const std::string& str() const { return text_; }
  [[nodiscard]] bool is_root() const { return text_.size() == 1; }
  // Last component; empty for `/`.
  [[nodiscard]] std::string_view name() const;
  // Everything before the last component; `/` for `/` and for `/x`.
  [[nodiscard]] HostPath parent() const;
  // `more` below this path; an absolute `more` replaces it, as in the shell's and sshd's reading of paths.
  [[nodiscard]] HostPath operator/(std::string_view more) const;
  // True if this path is `ancestor` itself or lies below it (by components).
  [[nodiscard]] bool is_within(const HostPath& ancestor) const;
  [[nodiscard]] std::vector<std::string_view> components() const;

  auto operator<=>(const HostPath&) const = default;
  bool operator==(const HostPath&) const = default;

 private:
  std::string text_;
};

}  // namespace reentry

template <>
struct std::hash<reentry::HostPath> {
  std::size_t operator()(const reentry::HostPath& path) const noexcept {
    return std::hash<std::string>{}(path.str());
  }
};
