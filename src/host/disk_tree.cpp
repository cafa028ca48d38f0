// A mounted root, and this machine itself.
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "host/descriptor.hpp"
#include "host/file_tree.hpp"

namespace reentry {
namespace {

constexpr std::size_t kAclLimit = 64 * 1024;  // XATTR_SIZE_MAX
constexpr std::size_t kLabelLimit = 4096;     // a security context is never larger (SELINUX_LABEL_LENGTH)
constexpr std::uint32_t kAclVersion = 2;      // POSIX_ACL_XATTR_VERSION
constexpr std::size_t kNamesLimit = 1'000'000;

FileStat stat_of(const struct stat& raw) {
  FileStat out;
  out.type = file_type_of(raw.st_mode);
  out.mode = raw.st_mode & 07777U;
  out.uid = raw.st_uid;
  out.gid = raw.st_gid;
  out.size = static_cast<std::uint64_t>(raw.st_size);
  out.mtime = raw.st_mtim.tv_sec;
  out.changed_ns = static_cast<std::int64_t>(raw.st_ctim.tv_sec) * 1'000'000'000 + raw.st_ctim.tv_nsec;
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
  Known<std::vector<std::string>> device_links() override;
  Known<std::string> label(const HostPath& physical) override;
  Known<FileSystem> file_system(const HostPath& physical) override;

 private:
  // A name in a directory that stays open.
  struct Place {
    int directory = -1;  // -1: it could not be opened, errno says why
    const char* name = nullptr;
  };
  struct OpenDirectory {
    HostPath path;
    Descriptor fd;
  };
  Place place_of(const HostPath& physical);
  Descriptor open_at(const HostPath& physical, int flags);
  ssize_t read_attribute(const Place& place, const char* name, FileType type, void* bytes, std::size_t size);
  void read_acl(const Place& place, PathNode& node);

  Descriptor root_;
  // Paths are asked for in swarms that share a directory: those that were used last stay open.
  std::array<OpenDirectory, 16> directories_;
  std::size_t oldest_ = 0;
  Descriptor part_fd_{-1};  // the file that read_range() read last
  HostPath part_path_;
  std::uint64_t part_size_ = 0;
  bool has_getxattrat_ = true;
  bool has_proc_ = true;
  std::vector<unsigned char> acl_buffer_;
};

// One name in an open directory can't lead out of it: `..` is refused, and all that is done with it is done
// without following a symlink.
DiskTree::Place DiskTree::place_of(const HostPath& physical) {
  if (physical.is_root()) return {root_.get(), "."};
  const std::string& text = physical.str();
  const std::size_t slash = text.rfind('/');
  const char* name = text.c_str() + slash + 1;
  if (std::string_view(name) == "..") {
    errno = EXDEV;
    return {};
  }
  if (slash == 0) return {root_.get(), name};
  const std::string_view parent = std::string_view(text).substr(0, slash);
  for (const OpenDirectory& open : directories_) {
    if (open.fd.valid() && open.path.str() == parent) return {open.fd.get(), name};
  }
  HostPath path = physical.parent();
  Descriptor fd = open_below(root_, path, O_PATH | O_DIRECTORY | O_NOFOLLOW);
  if (!fd.valid()) return {};
  OpenDirectory& slot = directories_[oldest_];
  oldest_ = (oldest_ + 1) % directories_.size();
  slot.path = std::move(path);
  slot.fd = std::move(fd);
  return {slot.fd.get(), name};
}

Descriptor DiskTree::open_at(const HostPath& physical, int flags) {
  const Place place = place_of(physical);
  if (place.directory < 0) return Descriptor();
  return Descriptor(::openat(place.directory, place.name, flags | O_NOFOLLOW | O_CLOEXEC));
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
  const Place place = place_of(physical);
  struct stat raw {};
  if (place.directory < 0 || ::fstatat(place.directory, place.name, &raw, AT_SYMLINK_NOFOLLOW) != 0) {
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
    const ssize_t length = ::readlinkat(place.directory, place.name, target.data(), target.size());
    if (length >= 0) out.node.link_target.assign(target.data(), static_cast<std::size_t>(length));
  } else if (out.node.stat.type == FileType::directory || out.node.stat.type == FileType::regular) {
    read_acl(place, out.node);
  }
  return out;
}

// What an ACL of this node could change: with neither group nor other bits its mask is empty, so that nobody
// but the owner has any right, ACL or not (acl(5)).
bool acl_may_matter(const FileStat& stat) {
  return (stat.mode & 0077U) != 0;
}

// getxattrat(2), of Linux 6.13: newer than our headers. A seccomp filter that does not know it answers EPERM.
ssize_t getxattr_at(int directory, const char* name, const char* attribute, void* bytes, std::size_t size) {
  constexpr long kNumber = 464;
  struct {
    std::uint64_t value;
    std::uint32_t size;
    std::uint32_t flags;
  } arguments{};
  arguments.value = reinterpret_cast<std::uintptr_t>(bytes);
  arguments.size = static_cast<std::uint32_t>(size);
  return ::syscall(kNumber, directory, name, AT_SYMLINK_NOFOLLOW, attribute, &arguments, sizeof arguments);
}

// The raw attribute; negative as fgetxattr(2) has it. Before Linux 6.13 the directory's name under /proc
// leads there; without /proc the node is opened for reading, which has no effect on a directory or regular
// file, and is not done to others.
ssize_t DiskTree::read_attribute(const Place& place, const char* name, FileType type, void* bytes,
                                 std::size_t size) {
  if (has_getxattrat_) {
    const ssize_t got = getxattr_at(place.directory, place.name, name, bytes, size);
    if (got >= 0 || (errno != ENOSYS && errno != EPERM)) return got;
    has_getxattrat_ = false;
  }
  if (has_proc_) {
    const std::string path = fmt::format("/proc/self/fd/{}/{}", place.directory, place.name);
    const ssize_t got = ::lgetxattr(path.c_str(), name, bytes, size);
    if (got >= 0 || errno != ENOENT) return got;
    has_proc_ = false;
  }
  if (type != FileType::directory && type != FileType::regular) {
    errno = EOPNOTSUPP;
    return -1;
  }
  const int kind = type == FileType::directory ? O_DIRECTORY : 0;
  const Descriptor fd(::openat(place.directory, place.name,
                               O_RDONLY | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW | O_CLOEXEC | kind));
  if (!fd.valid()) return -1;
  return ::fgetxattr(fd.get(), name, bytes, size);
}

// Where an ACL can't be read, the mode bits are all there is.
void DiskTree::read_acl(const Place& place, PathNode& node) {
  if (!acl_may_matter(node.stat)) return;
  constexpr const char* kAttribute = "system.posix_acl_access";
  const FileType type = node.stat.type;
  acl_buffer_.resize(1024);
  ssize_t size = read_attribute(place, kAttribute, type, acl_buffer_.data(), acl_buffer_.size());
  if (size < 0 && errno == ERANGE) {
    acl_buffer_.resize(kAclLimit);
    size = read_attribute(place, kAttribute, type, acl_buffer_.data(), acl_buffer_.size());
  }
  if (size >= 0) node.acl = parse_acl(acl_buffer_.data(), static_cast<std::size_t>(size));
}

Known<std::string> DiskTree::label(const HostPath& physical) {
  const Place place = place_of(physical);
  struct stat raw {};
  if (place.directory < 0 || ::fstatat(place.directory, place.name, &raw, AT_SYMLINK_NOFOLLOW) != 0) {
    return missing_of(errno, physical);
  }
  std::string bytes(kLabelLimit, '\0');
  const FileType type = file_type_of(raw.st_mode);
  const ssize_t size = read_attribute(place, "security.selinux", type, bytes.data(), bytes.size());
  if (size < 0) return errno == ENODATA ? Known<std::string>(std::string()) : missing_of(errno, physical);
  bytes.resize(std::min(static_cast<std::size_t>(size), bytes.find('\0')));
  return bytes;
}

// linux/magic.h: those whose image has no free block by its nature.
bool is_image(std::uint64_t type) {
  constexpr std::array<std::uint64_t, 4> kImages = {0x73717368, 0xE0F5E1E2, 0x9660, 0x28cd3d45};
  return std::find(kImages.begin(), kImages.end(), type) != kImages.end();
}

Known<FileSystem> DiskTree::file_system(const HostPath& physical) {
  constexpr std::uint64_t kTmpfs = 0x01021994;
  const Descriptor fd = open_at(physical, O_PATH);
  struct statfs raw {};
  if (!fd.valid() || ::fstatfs(fd.get(), &raw) != 0) return missing_of(errno, physical);
  const auto type = static_cast<std::uint64_t>(static_cast<std::uint32_t>(raw.f_type));
  FileSystem out;
  out.read_only = (static_cast<std::uint64_t>(raw.f_flags) & ST_RDONLY) != 0 || is_image(type);
  out.in_memory = type == kTmpfs;
  std::array<std::uint32_t, 2> id{};
  std::memcpy(id.data(), &raw.f_fsid, sizeof id);
  out.id = (static_cast<std::uint64_t>(id[1]) << 32U) | id[0];
  out.block_size = static_cast<std::uint64_t>(raw.f_bsize);
  out.blocks = is_image(type) ? 0 : raw.f_blocks;
  out.free = raw.f_bfree;
  out.available = raw.f_bavail;
  out.inodes = is_image(type) ? 0 : raw.f_files;
  out.free_inodes = raw.f_ffree;
  return out;
}

Known<std::string> DiskTree::read_regular(const HostPath& physical, std::size_t limit) {
  const Descriptor fd = open_at(physical, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  struct stat raw {};
  if (fd.get() < 0 || ::fstat(fd.get(), &raw) != 0) return missing_of(errno, physical);
  // It may have been swapped since it was looked up.
  if (!S_ISREG(raw.st_mode)) return Missing{Why::unreadable, physical.str(), "not a regular file"};
  // Files of /proc have no size, and those below /proc/sys give what fits into the first read alone.
  constexpr std::size_t kUnknownSize = 4096;
  std::string bytes;
  const std::size_t size = raw.st_size == 0 ? kUnknownSize : static_cast<std::size_t>(raw.st_size) + 1;
  bytes.resize(std::min<std::size_t>(size, limit + 1));
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
    part_fd_ = open_at(physical, O_RDONLY | O_NONBLOCK | O_NOCTTY);
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

// The names in an open directory, without `.` and `..`.
Known<std::vector<std::string>> names_in(const Descriptor& fd, const HostPath& physical) {
  std::vector<std::string> names;
  alignas(dirent64) std::array<char, 32768>
      entries;  // NOLINT(cppcoreguidelines-pro-type-member-init): filled below
  while (true) {
    const ssize_t size = ::getdents64(fd.get(), entries.data(), entries.size());
    if (size < 0) return missing_of(errno, physical);
    if (size == 0) return names;
    for (std::size_t at = 0; at < static_cast<std::size_t>(size);) {
      const auto* entry = reinterpret_cast<const dirent64*>(entries.data() + at);
      at += entry->d_reclen;
      const std::string_view name = entry->d_name;
      if (name != "." && name != "..") names.emplace_back(name);
    }
    if (names.size() > kNamesLimit) return Missing{Why::unreadable, physical.str(), "too many names"};
  }
}

Known<std::vector<std::string>> DiskTree::list_directory(const HostPath& physical) {
  const Descriptor fd = open_at(physical, O_RDONLY | O_DIRECTORY);
  if (!fd.valid()) return missing_of(errno, physical);
  return names_in(fd, physical);
}

Known<std::vector<std::string>> DiskTree::device_links() {
  const HostPath disk("/dev/disk");
  const Descriptor top(::open(disk.str().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!top.valid()) return missing_of(errno, disk);
  Known<std::vector<std::string>> folders = names_in(top, disk);
  if (!folders) return folders;
  std::vector<std::string> links;
  for (const std::string& folder : *folders) {
    const Descriptor fd(::openat(top.get(), folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!fd.valid()) continue;
    Known<std::vector<std::string>> names = names_in(fd, disk / folder);
    if (!names) return names;
    for (const std::string& name : *names) links.push_back(folder + "/" + name);
  }
  std::sort(links.begin(), links.end());
  return links;
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
