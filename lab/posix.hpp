// The few pieces of POSIX that every file of the lab needs, made safe to use.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace reentry::lab {

// Owns a file descriptor.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    if (this != &other) {
      reset();
      fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
  }
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  ~Fd() { reset(); }

  [[nodiscard]] int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  [[nodiscard]] int release() { return std::exchange(fd_, -1); }
  void reset();

 private:
  int fd_ = -1;
};

struct Pipe {
  Fd read;
  Fd write;
};
// Both ends close on exec. None: errno says why.
[[nodiscard]] std::optional<Pipe> make_pipe();

// As much as the reader takes; an error ends it silently, because the reader has gone then.
void write_all(int fd, std::string_view text);

// Waits for a child of ours: its exit status, 128 + N for signal N, 127 where it is not ours.
int wait_for(pid_t pid);

// Closes every descriptor but 0, 1, 2 and `keep`. For a forked process that does not exec: it must not hold
// pipes and sockets of its parent open.
void close_others_than(int keep);

// The whole file, up to `limit` bytes. None where it cannot be read.
[[nodiscard]] std::optional<std::string> read_whole(const std::string& path, size_t limit = size_t{16} << 20);
[[nodiscard]] bool write_whole(const std::string& path, std::string_view text, mode_t mode);

// mkdir -p with mode 0755. False: errno says why.
[[nodiscard]] bool make_folders(const std::string& path);

// Without blanks and newlines at either end.
[[nodiscard]] std::string_view trimmed(std::string_view text);
// The last line that says something.
[[nodiscard]] std::string last_line(std::string_view text);

}  // namespace reentry::lab
