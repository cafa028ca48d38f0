#include "host/descriptor.hpp"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <cerrno>
#include <cstdint>
#include <string>

namespace reentry {
namespace {

Descriptor open_stepwise(const Descriptor& root, const HostPath& physical, int flags) {
  const std::vector<std::string_view> parts = physical.components();
  Descriptor at(::openat(root.get(), ".", O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (parts.empty()) return Descriptor(::openat(root.get(), ".", flags | O_CLOEXEC));
  for (std::size_t i = 0; i < parts.size() && at.valid(); ++i) {
    if (parts[i] == "..") {
      errno = EXDEV;
      return Descriptor();
    }
    if (i + 1 == parts.size()) break;
    Descriptor next(
        ::openat(at.get(), std::string(parts[i]).c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    at = std::move(next);
  }
  if (!at.valid()) return Descriptor();
  return Descriptor(::openat(at.get(), std::string(parts.back()).c_str(), flags | O_NOFOLLOW | O_CLOEXEC));
}

}  // namespace

FileType file_type_of(mode_t mode) {
  if (S_ISREG(mode)) return FileType::regular;
  if (S_ISDIR(mode)) return FileType::directory;
  if (S_ISLNK(mode)) return FileType::symlink;
  if (S_ISFIFO(mode)) return FileType::fifo;
  if (S_ISSOCK(mode)) return FileType::socket;
  if (S_ISCHR(mode)) return FileType::char_device;
  if (S_ISBLK(mode)) return FileType::block_device;
  return FileType::unknown;
}

Descriptor open_below(const Descriptor& root, const HostPath& physical, int flags) {
  struct open_how how {};
  how.flags = static_cast<std::uint64_t>(flags | O_CLOEXEC);
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  const char* relative = physical.is_root() ? "." : physical.str().c_str() + 1;
  Descriptor fd(static_cast<int>(::syscall(SYS_openat2, root.get(), relative, &how, sizeof how)));
  // A seccomp filter that does not know the call answers EPERM.
  if (!fd.valid() && (errno == ENOSYS || errno == EPERM)) return open_stepwise(root, physical, flags);
  return fd;
}

}  // namespace reentry
