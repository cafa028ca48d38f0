// What the writer changes. Every system call that changes the target is announced to `may` first.
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/fs.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "host/host_writer.hpp"
#include "host/writer_syscalls.hpp"

namespace reentry {
namespace {

constexpr std::string_view kLabel = kLabelAttribute;
constexpr const char* kAccessAcl = "system.posix_acl_access";
// Inode flags that a copy can carry over; the others say how a file is stored.
constexpr std::uint32_t kCarriedFlags = FS_NODUMP_FL | FS_NOATIME_FL | FS_SYNC_FL;

timespec time_of(Moment moment) {
  timespec out{};
  out.tv_sec = moment.seconds;
  out.tv_nsec = moment.nanoseconds;
  return out;
}

const ExtendedAttribute* find(const std::vector<ExtendedAttribute>& attributes, std::string_view name) {
  const auto found = std::find_if(attributes.begin(), attributes.end(),
                                  [name](const ExtendedAttribute& a) { return a.name == name; });
  return found == attributes.end() ? nullptr : &*found;
}

// glibc 2.27 has no renameat2 of its own.
int rename_exclusive(int from_directory, const char* from, int to_directory, const char* to) {
  if (::syscall(SYS_renameat2, from_directory, from, to_directory, to, RENAME_NOREPLACE) == 0) return 0;
  if (errno != EINVAL && errno != ENOSYS) return -1;
  // The file system can't do it in one step; nobody but us is expected to make that name.
  struct stat raw {};
  if (::fstatat(to_directory, to, &raw, AT_SYMLINK_NOFOLLOW) == 0) {
    errno = EEXIST;
    return -1;
  }
  return ::renameat(from_directory, from, to_directory, to);
}

}  // namespace

Result<void> HostWriter::may(std::string_view call, const HostPath& path) const {
  if (faults_ == nullptr) return {};
  const int error = faults_->before(call, path.str());
  if (error != 0) return change_error(path, error);
  return {};
}

Result<void> HostWriter::write_all(const Descriptor& file, const HostPath& path,
                                   std::string_view bytes) const {
  TRY_VOID(may("write", path));
  while (!bytes.empty()) {
    const ssize_t written = ::write(file.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return change_error(path, errno);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<void> HostWriter::sync(const Descriptor& node, const HostPath& path) const {
  TRY_VOID(may("fsync", path));
  if (::fsync(node.get()) != 0) return change_error(path, errno);
  return {};
}

Result<void> HostWriter::set_attributes(const Descriptor& node, const HostPath& path,
                                        const std::vector<ExtendedAttribute>& wanted) const {
  const std::vector<ExtendedAttribute> present = attributes_of(node);
  for (const ExtendedAttribute& attribute : wanted) {
    const ExtendedAttribute* now = find(present, attribute.name);
    if (now != nullptr && now->value == attribute.value) continue;
    TRY_VOID(may("setxattr", path));
    if (::fsetxattr(node.get(), attribute.name.c_str(), attribute.value.data(), attribute.value.size(), 0) !=
        0) {
      return fail(ErrorKind::change, path.str(), attribute.name + ": " + words_of(errno).en);
    }
  }
  for (const ExtendedAttribute& attribute : present) {
    if (find(wanted, attribute.name) != nullptr) continue;
    TRY_VOID(may("removexattr", path));
    if (::fremovexattr(node.get(), attribute.name.c_str()) != 0 && errno != ENODATA) {
      // A label that the kernel gives by itself can't be taken away.
      if (attribute.name == kLabel && (errno == EACCES || errno == EPERM)) continue;
      return fail(ErrorKind::change, path.str(), attribute.name + ": " + words_of(errno).en);
    }
  }
  return {};
}

// chown(2) clears set-id bits and capabilities, an ACL changes the mode's group bits: hence the order.
Result<void> HostWriter::dress(const Descriptor& node, const HostPath& path, const NodeImage& like) const {
  struct stat raw {};
  if (::fstat(node.get(), &raw) != 0) return change_error(path, errno);
  if (raw.st_uid != like.uid || raw.st_gid != like.gid) {
    TRY_VOID(may("chown", path));
    if (::fchown(node.get(), like.uid, like.gid) != 0) return change_error(path, errno);
  }
  TRY_VOID(set_attributes(node, path, like.attributes));
  if (::fstat(node.get(), &raw) != 0) return change_error(path, errno);
  if ((raw.st_mode & 07777U) != like.mode) {
    TRY_VOID(may("chmod", path));
    if (::fchmod(node.get(), like.mode) != 0) return change_error(path, errno);
  }
  return {};
}

Result<Descriptor> HostWriter::open_temporary(const Place& at, const std::string& name,
                                              const HostPath& path) const {
  TRY_VOID(may("create", path));
  const int flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  Descriptor file(::openat(at.directory.get(), name.c_str(), flags, 0600));
  if (!file.valid() && errno == EEXIST && ::unlinkat(at.directory.get(), name.c_str(), 0) == 0) {
    file = Descriptor(::openat(at.directory.get(), name.c_str(), flags, 0600));
  }
  if (!file.valid()) return change_error(path, errno);
  return file;
}

Result<void> HostWriter::move_in(const Place& at, const std::string& temporary, Taken taken,
                                 const HostPath& path) const {
  TRY_VOID(may("rename", path));
  const int directory = at.directory.get();
  const int done = taken == Taken::replace
                       ? ::renameat(directory, temporary.c_str(), directory, at.name.c_str())
                       : rename_exclusive(directory, temporary.c_str(), directory, at.name.c_str());
  if (done != 0) return change_error(path, errno);
  return {};
}

Result<void> HostWriter::put_file(const HostPath& path, const std::string& temporary, std::string_view bytes,
                                  const NodeImage& like, bool keep_times) const {
  TRY(const Place at, place(path));
  const auto fill = [&]() -> Result<void> {
    TRY(const Descriptor file, open_temporary(at, temporary, path));
    TRY_VOID(write_all(file, path, bytes));
    TRY_VOID(dress(file, path, like));
    int flags = static_cast<int>(inode_flags(file));
    const auto carried = static_cast<int>(like.flags & kCarriedFlags);
    if ((flags & static_cast<int>(kCarriedFlags)) != carried) {
      flags = (flags & ~static_cast<int>(kCarriedFlags)) | carried;
      static_cast<void>(::ioctl(file.get(), FS_IOC_SETFLAGS, &flags));  // a hint, not a right
    }
    if (keep_times) {
      const std::array<timespec, 2> times{time_of(like.accessed), time_of(like.modified)};
      TRY_VOID(may("utimes", path));
      if (::futimens(file.get(), times.data()) != 0) return change_error(path, errno);
    }
    TRY_VOID(sync(file, path));
    return move_in(at, temporary, Taken::replace, path);
  };
  if (auto filled = fill(); !filled) {
    ::unlinkat(at.directory.get(), temporary.c_str(), 0);
    return filled;
  }
  return sync(at.directory, path.parent());
}

// Gives a node that we made its owner, mode and label. An ACL inherited from the directory's default would
// let others in whom nobody named, so it goes.
Result<void> HostWriter::dress_new(const Place& at, const Descriptor& node, const HostPath& path,
                                   std::uint32_t mode, std::uint32_t uid, std::uint32_t gid,
                                   const std::string& wanted) const {
  TRY_VOID(may("chown", path));
  if (::fchown(node.get(), uid, gid) != 0) return change_error(path, errno);
  if (::fremovexattr(node.get(), kAccessAcl) != 0 && errno != ENODATA && errno != EOPNOTSUPP) {
    return change_error(path, errno);
  }
  TRY_VOID(may("chmod", path));
  if (::fchmod(node.get(), mode) != 0) return change_error(path, errno);
  if (!wanted.empty()) return put_label(node, path, wanted);
  const std::vector<ExtendedAttribute> present = attributes_of(node);
  const std::vector<ExtendedAttribute> parent = attributes_of(at.directory);
  const ExtendedAttribute* label = find(parent, kLabel);
  if (label == nullptr || find(present, kLabel) != nullptr) return {};
  return put_label(node, path, label->value.substr(0, label->value.find('\0')));
}

Result<void> HostWriter::put_label(const Descriptor& node, const HostPath& path,
                                   const std::string& label) const {
  const std::string name(kLabel);
  TRY_VOID(may(label.empty() ? "removexattr" : "setxattr", path));
  const int done = label.empty() ? ::fremovexattr(node.get(), name.c_str())
                                 : ::fsetxattr(node.get(), name.c_str(), label.c_str(), label.size() + 1, 0);
  if (done == 0 || (label.empty() && errno == ENODATA)) return {};
  return fail(ErrorKind::change, path.str(), name + ": " + words_of(errno).en);
}

Result<void> HostWriter::create_file(const HostPath& path, const std::string& temporary,
                                     std::string_view bytes, std::uint32_t mode, std::uint32_t uid,
                                     std::uint32_t gid, const std::string& label) const {
  TRY(const Place at, place(path));
  const auto fill = [&]() -> Result<void> {
    TRY(const Descriptor file, open_temporary(at, temporary, path));
    TRY_VOID(write_all(file, path, bytes));
    TRY_VOID(dress_new(at, file, path, mode, uid, gid, label));
    TRY_VOID(sync(file, path));
    return move_in(at, temporary, Taken::refuse, path);
  };
  if (auto filled = fill(); !filled) {
    ::unlinkat(at.directory.get(), temporary.c_str(), 0);
    return filled;
  }
  return sync(at.directory, path.parent());
}

Result<void> HostWriter::create_directory(const HostPath& path, std::uint32_t mode, std::uint32_t uid,
                                          std::uint32_t gid, const std::string& label) const {
  TRY(const Place at, place(path));
  TRY_VOID(may("mkdir", path));
  if (::mkdirat(at.directory.get(), at.name.c_str(), 0700) != 0) return change_error(path, errno);
  TRY(const Descriptor made, open_node(path));
  TRY_VOID(dress_new(at, made, path, mode, uid, gid, label));
  TRY_VOID(sync(made, path));
  return sync(at.directory, path.parent());
}

Result<void> HostWriter::create_symlink(const HostPath& path, const std::string& temporary,
                                        const NodeImage& like) const {
  TRY(const Place at, place(path));
  const int directory = at.directory.get();
  const char* name = temporary.c_str();
  const auto make = [&]() -> Result<void> {
    TRY_VOID(may("symlink", path));
    if (::symlinkat(like.bytes.c_str(), directory, name) != 0) return change_error(path, errno);
    TRY_VOID(may("chown", path));
    if (::fchownat(directory, name, like.uid, like.gid, AT_SYMLINK_NOFOLLOW) != 0) {
      return change_error(path, errno);
    }
    const std::string by_descriptor = fmt::format("/proc/self/fd/{}/{}", directory, temporary);
    for (const ExtendedAttribute& attribute : like.attributes) {
      TRY_VOID(may("setxattr", path));
      if (::lsetxattr(by_descriptor.c_str(), attribute.name.c_str(), attribute.value.data(),
                      attribute.value.size(), 0) != 0) {
        return change_error(path, errno);
      }
    }
    const std::array<timespec, 2> times{time_of(like.accessed), time_of(like.modified)};
    TRY_VOID(may("utimes", path));
    if (::utimensat(directory, name, times.data(), AT_SYMLINK_NOFOLLOW) != 0) {
      return change_error(path, errno);
    }
    return move_in(at, temporary, Taken::replace, path);
  };
  if (auto made = make(); !made) {
    ::unlinkat(directory, name, 0);
    return made;
  }
  return sync(at.directory, path.parent());
}

Result<void> HostWriter::set_mode(const HostPath& path, std::uint32_t mode) const {
  TRY(const Descriptor node, open_node(path));
  TRY_VOID(may("chmod", path));
  if (::fchmod(node.get(), mode) != 0) return change_error(path, errno);
  return sync(node, path);
}

Result<void> HostWriter::set_owner(const HostPath& path, std::uint32_t uid, std::uint32_t gid) const {
  TRY(const Descriptor node, open_node(path));
  struct stat raw {};
  if (::fstat(node.get(), &raw) != 0) return change_error(path, errno);
  NodeImage like = image_of(raw);
  like.uid = uid;
  like.gid = gid;
  like.attributes = attributes_of(node);
  TRY_VOID(dress(node, path, like));
  return sync(node, path);
}

Result<void> HostWriter::set_label(const HostPath& path, const std::string& label) const {
  TRY(const Descriptor node, open_node(path));
  TRY_VOID(put_label(node, path, label));
  return sync(node, path);
}

Result<void> HostWriter::set_metadata(const HostPath& path, const NodeImage& like) const {
  TRY(const Descriptor node, open_node(path));
  TRY_VOID(dress(node, path, like));
  return sync(node, path);
}

Result<void> HostWriter::set_modified(const HostPath& path, Moment modified) const {
  TRY(const Descriptor node, open_node(path));
  const std::array<timespec, 2> times{timespec{0, UTIME_OMIT}, time_of(modified)};
  TRY_VOID(may("utimes", path));
  if (::futimens(node.get(), times.data()) != 0) return change_error(path, errno);
  return sync(node, path);
}

Result<void> HostWriter::remove_file(const HostPath& path) const {
  TRY(const Place at, place(path));
  TRY_VOID(may("unlink", path));
  if (::unlinkat(at.directory.get(), at.name.c_str(), 0) != 0) return change_error(path, errno);
  return sync(at.directory, path.parent());
}

Result<void> HostWriter::remove_directory(const HostPath& path) const {
  TRY(const Place at, place(path));
  TRY_VOID(may("rmdir", path));
  if (::unlinkat(at.directory.get(), at.name.c_str(), AT_REMOVEDIR) != 0) return change_error(path, errno);
  return sync(at.directory, path.parent());
}

Result<void> HostWriter::rename(const HostPath& from, const HostPath& to) const {
  TRY(const Place source, place(from));
  TRY(const Place target, place(to));
  TRY_VOID(may("rename", from));
  if (rename_exclusive(source.directory.get(), source.name.c_str(), target.directory.get(),
                       target.name.c_str()) != 0) {
    return change_error(errno == EEXIST ? to : from, errno);
  }
  TRY_VOID(sync(target.directory, to.parent()));
  if (from.parent() == to.parent()) return {};
  return sync(source.directory, from.parent());
}

Result<void> HostWriter::append(const HostPath& path, std::string_view bytes) const {
  TRY(const Place at, place(path));
  TRY_VOID(may("append", path));
  const int flags = O_WRONLY | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
  Descriptor file(::openat(at.directory.get(), at.name.c_str(), flags));
  const bool created = !file.valid() && errno == ENOENT;
  if (created)
    file = Descriptor(::openat(at.directory.get(), at.name.c_str(), flags | O_CREAT | O_EXCL, 0600));
  struct stat raw {};
  if (!file.valid() || ::fstat(file.get(), &raw) != 0) return change_error(path, errno);
  if (auto written = write_all(file, path, bytes); !written) {
    // Half a record must not precede the next one.
    if (::ftruncate(file.get(), raw.st_size) != 0) return change_error(path, errno);
    return written;
  }
  TRY_VOID(sync(file, path));
  if (created) return sync(at.directory, path.parent());
  return {};
}

Result<Descriptor> HostWriter::lock(const HostPath& path) const {
  TRY(const Place at, place(path));
  Descriptor file(::openat(at.directory.get(), at.name.c_str(),
                           O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600));
  if (!file.valid()) return change_error(path, errno);
  if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return change_error(path, errno);
    return fail(ErrorKind::change, path.str(),
                "another run of reentry is changing this target; wait until it ends");
  }
  return file;
}

}  // namespace reentry
