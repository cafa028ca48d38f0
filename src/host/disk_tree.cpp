// A mounted root, and this machine itself.
#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "host/file_tree.hpp"

namespace reentry {
namespace {

constexpr std::size_t kAclLimit = 64 * 1024;  // XATTR_SIZE_MAX
constexpr std::uint32_t kAclVersion = 2;      // POSIX_ACL_XATTR_VERSION
constexpr std::size_t kNamesLimit = 1'000'000;

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
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
  [[nodiscard]] int release() { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

FileType type_of(mode_t mode) {
  if (S_ISREG(mode)) return FileType::regular;
  if (S_ISDIR(mode)) return FileType::directory;
  if (S_ISLNK(mode)) return FileType::symlink;
  if (S_ISFIFO(mode)) return FileType::fifo;
  if (S_ISSOCK(mode)) return FileType::socket;
  if (S_ISCHR(mode)) return FileType::char_device;
  if (S_ISBLK(mode)) return FileType::block_device;
  return FileType::unknown;
}

FileStat stat_of(const struct stat& raw) {
  FileStat out;
  out.type = type_of(raw.st_mode);
  out.mode = raw.st_mode & 07777U;
  out.uid = raw.st_uid;
  out.gid = raw.st_gid;
  out.size = static_cast<std::uint64_t>(raw.st_size);
  out.mtime = raw.st_mtim.tv_sec;
  return out;
}

std::uint32_t little_endian(const unsigned char* bytes, std::size_t count) {
  std::uint32_t value = 0;
  for (std::size_t i = count; i-- > 0;) value = (value << 8U) | bytes[i];
  return value;
}

// linux/posix_acl_xattr.h: a 32-bit version, then entries of tag (16 bits), permissions (16) and id (32).
std::vector<AclEntry> parse_acl(const unsigned char* bytes, std::size_t size) {
  std::vector<AclEntry> out;
  if (size < 4 || little_endian(bytes, 4) != kAclVersion) return out;
  for (std::size_t at = 4; at + 8 <= size; at += 8) {
    AclEntry entry;
    entry.tag = static_cast<AclEntry::Tag>(little_endian(bytes + at, 2));
    entry.permissions = static_cast<std::uint16_t>(little_endian(bytes + at + 2, 2));
    entry.id = little_endian(bytes + at + 4, 4);
    out.push_back(entry);
  }
  return out;
}

class DiskTree final : public FileTree {
 public:
  explicit DiskTree(Descriptor root) : root_(std::move(root)) {}

  Lookup lookup(const HostPath& physical) override;
  Known<std::string> read_regular(const HostPath& physical, std::size_t limit) override;
  Known<std::string> read_range(const HostPath& physical, std::uint64_t offset, std::size_t length) override;
  Known<std::vector<std::string>> list_directory(const HostPath& physical) override;

 private:
  int open_below(const HostPath& physical, int flags);
  int open_stepwise(const HostPath& physical, int flags);
  ssize_t read_acl_bytes(const HostPath& physical, int path_fd, bool directory,
                         std::vector<unsigned char>& bytes);
  void read_acl(const HostPath& physical, int path_fd, PathNode& node);

  Descriptor root_;
  bool has_openat2_ = true;
  Descriptor part_fd_{-1};  // the file that read_range() read last
  HostPath part_path_;
  std::uint64_t part_size_ = 0;
  bool has_proc_ = true;
  std::vector<unsigned char> acl_buffer_;
};

// Never follows a symlink: the caller has resolved them, and one that appears meanwhile is an error. With
// O_PATH|O_NOFOLLOW a symlink in the last place is opened itself (openat2(2), RESOLVE_NO_SYMLINKS).
int DiskTree::open_below(const HostPath& physical, int flags) {
  if (!has_openat2_) return open_stepwise(physical, flags);
  struct open_how how {};
  how.flags = static_cast<std::uint64_t>(flags | O_CLOEXEC);
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  const char* relative = physical.is_root() ? "." : physical.str().c_str() + 1;
  const auto fd = static_cast<int>(::syscall(SYS_openat2, root_.get(), relative, &how, sizeof how));
  if (fd < 0 && errno == ENOSYS) {
    has_openat2_ = false;
    return open_stepwise(physical, flags);
  }
  return fd;
}

int DiskTree::open_stepwise(const HostPath& physical, int flags) {
  const std::vector<std::string_view> parts = physical.components();
  Descriptor at(::openat(root_.get(), ".", O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (parts.empty()) return ::openat(root_.get(), ".", flags | O_CLOEXEC);
  for (std::size_t i = 0; i + 1 < parts.size() && at.get() >= 0; ++i) {
    at = Descriptor(
        ::openat(at.get(), std::string(parts[i]).c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  }
  if (at.get() < 0) return -1;
  return ::openat(at.get(), std::string(parts.back()).c_str(), flags | O_NOFOLLOW | O_CLOEXEC);
}

PathEnd end_of(int error) {
  switch (error) {
    case ENOENT: return PathEnd::absent;
    case ENOTDIR: return PathEnd::not_a_directory;
    case ELOOP: return PathEnd::loop;
    case EACCES:
    case EPERM: return PathEnd::denied;
    default: return PathEnd::failed;
  }
}

Missing missing_of(int error, const HostPath& path) {
  const PathEnd end = end_of(error);
  const Why why = end == PathEnd::absent || end == PathEnd::not_a_directory ? Why::absent
                  : end == PathEnd::denied                                  ? Why::denied
                                                                            : Why::unreadable;
  return {why, path.str(), std::strerror(error)};  // NOLINT(concurrency-mt-unsafe): one thread
}

FileTree::Lookup DiskTree::lookup(const HostPath& physical) {
  Lookup out;
  const Descriptor fd(open_below(physical, O_PATH | O_NOFOLLOW));
  struct stat raw {};
  if (fd.get() < 0 || ::fstat(fd.get(), &raw) != 0) {
    const int error = errno;
    out.end = end_of(error);
    out.detail = std::strerror(error);  // NOLINT(concurrency-mt-unsafe): one thread
    return out;
  }
  out.end = PathEnd::found;
  out.node.path = physical;
  out.node.stat = stat_of(raw);
  if (out.node.stat.type == FileType::symlink) {
    std::array<char, 4096> target{};
    const ssize_t length = ::readlinkat(fd.get(), "", target.data(), target.size());
    if (length >= 0) out.node.link_target.assign(target.data(), static_cast<std::size_t>(length));
  } else if (out.node.stat.type == FileType::directory || out.node.stat.type == FileType::regular) {
    read_acl(physical, fd.get(), out.node);
  }
  return out;
}

// What an ACL of this node could change: with neither group nor other bits its mask is empty, so that nobody
// but the owner has any right, ACL or not (acl(5)).
bool acl_may_matter(const FileStat& stat) {
  return (stat.mode & 0077U) != 0;
}

// The raw attribute; negative as fgetxattr(2) has it. An O_PATH descriptor has no attributes by itself, but
// its name under /proc has; without /proc the node is opened for reading, which has no effect on a directory
// or regular file.
ssize_t DiskTree::read_acl_bytes(const HostPath& physical, int path_fd, bool directory,
                                 std::vector<unsigned char>& bytes) {
  if (has_proc_) {
    std::array<char, 32> name{};
    *fmt::format_to_n(name.data(), name.size() - 1, "/proc/self/fd/{}", path_fd).out = '\0';
    const ssize_t size = ::getxattr(name.data(), "system.posix_acl_access", bytes.data(), bytes.size());
    if (size >= 0 || errno != ENOENT) return size;
    has_proc_ = false;
  }
  const int kind = directory ? O_DIRECTORY : 0;
  const Descriptor fd(open_below(physical, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW | kind));
  if (fd.get() < 0) return -1;
  return ::fgetxattr(fd.get(), "system.posix_acl_access", bytes.data(), bytes.size());
}

// Where an ACL can't be read, the mode bits are all there is.
void DiskTree::read_acl(const HostPath& physical, int path_fd, PathNode& node) {
  if (!acl_may_matter(node.stat)) return;
  const bool directory = node.stat.type == FileType::directory;
  acl_buffer_.resize(1024);
  ssize_t size = read_acl_bytes(physical, path_fd, directory, acl_buffer_);
  if (size < 0 && errno == ERANGE) {
    acl_buffer_.resize(kAclLimit);
    size = read_acl_bytes(physical, path_fd, directory, acl_buffer_);
  }
  if (size >= 0) node.acl = parse_acl(acl_buffer_.data(), static_cast<std::size_t>(size));
}

Known<std::string> DiskTree::read_regular(const HostPath& physical, std::size_t limit) {
  const Descriptor fd(open_below(physical, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW));
  struct stat raw {};
  if (fd.get() < 0 || ::fstat(fd.get(), &raw) != 0) return missing_of(errno, physical);
  // It may have been swapped since it was looked up.
  if (!S_ISREG(raw.st_mode)) return Missing{Why::unreadable, physical.str(), "not a regular file"};
  std::string bytes;
  bytes.resize(std::min<std::size_t>(static_cast<std::size_t>(raw.st_size) + 1, limit + 1));
  std::size_t got = 0;
  while (true) {
    if (got == bytes.size()) {
      if (got > limit) return Missing{Why::unreadable, physical.str(), "larger than the limit"};
      bytes.resize(std::min(bytes.size() * 2, limit + 1));
    }
    const ssize_t n = ::read(fd.get(), bytes.data() + got, bytes.size() - got);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return missing_of(errno, physical);
    got += static_cast<std::size_t>(n);
    // Fewer bytes than asked for is the end of a regular file.
    if (got < bytes.size()) break;
  }
  if (got > limit) return Missing{Why::unreadable, physical.str(), "larger than the limit"};
  bytes.resize(got);
  return bytes;
}

// An ELF file is read in several small parts, one after the other: it stays open meanwhile.
Known<std::string> DiskTree::read_range(const HostPath& physical, std::uint64_t offset, std::size_t length) {
  if (part_fd_.get() < 0 || part_path_ != physical) {
    part_fd_ = Descriptor(open_below(physical, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW));
    part_path_ = physical;
    struct stat raw {};
    if (part_fd_.get() < 0 || ::fstat(part_fd_.get(), &raw) != 0) return missing_of(errno, physical);
    if (!S_ISREG(raw.st_mode)) {
      part_fd_ = Descriptor(-1);
      return Missing{Why::unreadable, physical.str(), "not a regular file"};
    }
    part_size_ = static_cast<std::uint64_t>(raw.st_size);
  }
  std::string bytes;
  if (offset >= part_size_) return bytes;
  bytes.resize(static_cast<std::size_t>(std::min<std::uint64_t>({length, kReadLimit, part_size_ - offset})));
  std::size_t got = 0;
  while (got < bytes.size()) {
    const ssize_t n =
        ::pread(part_fd_.get(), bytes.data() + got, bytes.size() - got, static_cast<off_t>(offset + got));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return missing_of(errno, physical);
    if (n == 0) break;
    got += static_cast<std::size_t>(n);
  }
  bytes.resize(got);
  return bytes;
}

Known<std::vector<std::string>> DiskTree::list_directory(const HostPath& physical) {
  Descriptor fd(open_below(physical, O_RDONLY | O_DIRECTORY | O_NOFOLLOW));
  if (fd.get() < 0) return missing_of(errno, physical);
  DIR* stream = ::fdopendir(fd.get());
  if (stream == nullptr) return missing_of(errno, physical);
  static_cast<void>(fd.release());  // closedir() closes it
  std::vector<std::string> names;
  // NOLINTNEXTLINE(concurrency-mt-unsafe): the stream is ours alone
  while (const dirent* entry = ::readdir(stream)) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
    if (names.size() > kNamesLimit) break;
  }
  ::closedir(stream);
  if (names.size() > kNamesLimit) return Missing{Why::unreadable, physical.str(), "too many names"};
  return names;
}

}  // namespace

Result<std::unique_ptr<FileTree>> open_disk_tree(const std::string& directory) {
  Descriptor root(::open(directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (root.get() < 0) {
    return fail(ErrorKind::target, directory, std::strerror(errno));  // NOLINT(concurrency-mt-unsafe)
  }
  return std::unique_ptr<FileTree>(std::make_unique<DiskTree>(std::move(root)));
}

}  // namespace reentry
