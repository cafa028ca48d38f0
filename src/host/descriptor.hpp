// An open file that closes itself, and the one way to open a path below a root.
#pragma once

#include <sys/types.h>
#include <unistd.h>

#include <utility>

#include "base/host_path.hpp"
#include "facts/path.hpp"

namespace reentry {

constexpr int kMaxSymlinks = 40;  // MAXSYMLINKS of the kernel

// Of st_mode (inode(7)).
[[nodiscard]] FileType file_type_of(mode_t mode);

class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] bool valid() const { return fd_ >= 0; }
  [[nodiscard]] int release() { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

// Opens `physical` below `root` without following any symlink (openat2(2) with RESOLVE_BENEATH and
// RESOLVE_NO_SYMLINKS; component by component where the kernel or a seccomp filter lacks it). With
// O_PATH|O_NOFOLLOW a symlink in the last place is opened itself. Returns -1 and sets errno, ELOOP for a
// symlink on the way.
[[nodiscard]] Descriptor open_below(const Descriptor& root, const HostPath& physical, int flags);

}  // namespace reentry
