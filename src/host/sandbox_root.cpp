// The root that a sandboxed program sees.
#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>
#include <string_view>
#include <vector>

#include "host/descriptor.hpp"
#include "host/sandbox_inside.hpp"

namespace reentry {
namespace {

constexpr std::size_t kEntriesLimit = 2048;
constexpr const char* kStaging = "/.reentry";
constexpr unsigned long kPlain = MS_NOSUID | MS_NODEV;
// What belongs to a running system and is made anew: nothing of this machine's is shown.
constexpr std::array<std::string_view, 5> kOwn = {"proc", "sys", "dev", "run", "tmp"};

SandboxFault fault(const char* step) {
  return {step, errno};
}

// Every mount from `at` down; only this mount where the kernel (before 5.12) can't do all at once, and then
// false.
bool restrict_all(int at, const char* path, std::uint64_t attributes) {
  struct mount_attr change {};
  change.attr_set = attributes;
  return ::syscall(SYS_mount_setattr, at, path, AT_RECURSIVE | (*path == '\0' ? AT_EMPTY_PATH : 0), &change,
                   sizeof change) == 0;
}

// Binds the working directory onto `target`, read-only. With what is mounted below it, unless the kernel
// could not make that read-only too.
bool bind_here(const char* target) {
  if (::mount(".", target, nullptr, MS_BIND | MS_REC, nullptr) != 0) return false;
  if (restrict_all(AT_FDCWD, target, MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV)) return true;
  if (errno != ENOSYS) return false;
  if (::umount2(target, MNT_DETACH) != 0) return false;
  return ::mount(".", target, nullptr, MS_BIND, nullptr) == 0 &&
         ::mount(nullptr, target, nullptr, MS_REMOUNT | MS_BIND | MS_RDONLY | kPlain, nullptr) == 0;
}

std::vector<std::string> names_in(int directory) {
  std::vector<std::string> names;
  DIR* stream = ::fdopendir(::openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (stream == nullptr) return names;
  // NOLINTNEXTLINE(concurrency-mt-unsafe): the stream is ours alone
  while (const dirent* entry = ::readdir(stream)) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
    if (names.size() > kEntriesLimit) break;
  }
  ::closedir(stream);
  return names;
}

std::string link_in(int directory, const std::string& name) {
  std::array<char, 4096> target{};
  const ssize_t length = ::readlinkat(directory, name.c_str(), target.data(), target.size());
  return length > 0 ? std::string(target.data(), static_cast<std::size_t>(length)) : std::string();
}

// One entry of the root under its own name below `base`. Plain files there are nothing that sshd reads.
SandboxFault show_entry(int root, const std::string& base, const std::string& name) {
  const std::string target = base + "/" + name;
  struct stat raw {};
  if (::fstatat(root, name.c_str(), &raw, AT_SYMLINK_NOFOLLOW) != 0) return {};
  if (S_ISLNK(raw.st_mode)) {
    // A link that can't be made is not there; sshd says what it misses.
    [[maybe_unused]] const int made = ::symlink(link_in(root, name).c_str(), target.c_str());
    return {};
  }
  if (!S_ISDIR(raw.st_mode)) return {};
  const Descriptor entry(::openat(root, name.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!entry.valid()) return {};
  if (::mkdir(target.c_str(), 0755) != 0) return fault("mkdir");
  if (::fchdir(entry.get()) != 0) return fault("chdir");
  return bind_here(target.c_str()) ? SandboxFault{} : fault("bind mount");
}

SandboxFault make_devices(const std::string& base) {
  struct Device {
    const char* name;
    unsigned minor;
  };
  constexpr std::array<Device, 4> kDevices = {{{"null", 3}, {"zero", 5}, {"random", 8}, {"urandom", 9}}};
  for (const Device& device : kDevices) {
    const std::string path = base + "/dev/" + device.name;
    if (::mknod(path.c_str(), S_IFCHR | 0666, makedev(1, device.minor)) != 0) return fault("mknod");
    if (::chmod(path.c_str(), 0666) != 0) return fault("chmod");
  }
  return {};
}

// /run/sshd and its like; also by its old name /var/run.
void make_run_directories(const std::string& base, const std::vector<HostPath>& wanted) {
  for (const HostPath& directory : wanted) {
    std::string path = directory.str();
    if (path.starts_with("/var/run/")) path.erase(0, 4);
    if (!path.starts_with("/run/")) continue;
    for (std::size_t at = path.find('/', 5); at != std::string::npos; at = path.find('/', at + 1)) {
      static_cast<void>(::mkdir((base + path.substr(0, at)).c_str(), 0755));
    }
    static_cast<void>(::mkdir((base + path).c_str(), 0755));
  }
}

// The first directory of this machine that a file system can be mounted over, out of everybody's sight.
const char* mount_base() {
  for (const char* path : {"/tmp", "/mnt", "/run", "/var", "/usr"}) {
    if (::mount("reentry", path, "tmpfs", MS_NOSUID, "mode=0755,size=64m,nr_inodes=16384") == 0) return path;
  }
  return nullptr;
}

bool write_bytes(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno != EINTR) return false;
    if (n > 0) bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

bool make_file(const std::string& path, const Pretence& wanted) {
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  return file.valid() && write_bytes(file.get(), wanted.bytes) &&
         ::fchown(file.get(), wanted.uid, wanted.gid) == 0 && ::fchmod(file.get(), wanted.mode) == 0;
}

bool make_directory(const std::string& path, const Pretence& wanted) {
  return ::mkdir(path.c_str(), 0700) == 0 && ::chown(path.c_str(), wanted.uid, wanted.gid) == 0 &&
         ::chmod(path.c_str(), wanted.mode) == 0;
}

// Makes one pretence after the other in the root that the process lives in.
class Pretender {
 public:
  SandboxFault make(const Pretence& wanted) {
    switch (wanted.kind) {
      case Pretence::Kind::file: return file(wanted);
      case Pretence::Kind::directory: return directory(wanted);
      case Pretence::Kind::gone: return gone(wanted);
    }
    return {};
  }

 private:
  std::string staged() { return fmt::format("{}/{}", kStaging, ++count_); }

  // Runs `change`; where it fails because its directory can't be written, makes that directory anew with the
  // same entries and tries again.
  template <typename Change>
  SandboxFault changed_in_parent(const Pretence& wanted, const char* step, const Change& change) {
    if (change()) return {};
    if (errno != EROFS) return fault(step);
    if (const SandboxFault bad = remake(wanted.path.parent().str()); bad.step != nullptr) return bad;
    return change() ? SandboxFault{} : fault(step);
  }

  SandboxFault file(const Pretence& wanted) {
    const std::string& path = wanted.path.str();
    struct stat raw {};
    if (::lstat(path.c_str(), &raw) != 0) {
      return changed_in_parent(wanted, "create", [&] { return make_file(path, wanted); });
    }
    if (!S_ISREG(raw.st_mode)) return {"replace", EEXIST};
    const std::string stage = staged();
    if (!make_file(stage, wanted)) return fault("write");
    return ::mount(stage.c_str(), path.c_str(), nullptr, MS_BIND, nullptr) == 0 ? SandboxFault{}
                                                                                : fault("bind mount");
  }

  // Mode and owner of a directory with something in it are nothing that keeps us from reading it.
  SandboxFault directory(const Pretence& wanted) {
    const std::string& path = wanted.path.str();
    const Descriptor there(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!there.valid()) {
      return changed_in_parent(wanted, "mkdir", [&] { return make_directory(path, wanted); });
    }
    if (!names_in(there.get()).empty()) return {};
    const std::string stage = staged();
    if (!make_directory(stage, wanted)) return fault("mkdir");
    return ::mount(stage.c_str(), path.c_str(), nullptr, MS_BIND, nullptr) == 0 ? SandboxFault{}
                                                                                : fault("bind mount");
  }

  SandboxFault gone(const Pretence& wanted) {
    const std::string& path = wanted.path.str();
    return changed_in_parent(wanted, "unlink", [&] {
      while (::umount2(path.c_str(), MNT_DETACH | UMOUNT_NOFOLLOW) == 0) continue;
      return ::unlink(path.c_str()) == 0 || errno == ENOENT;
    });
  }

  // A writable directory in the place of `path`, its entries bound into it.
  SandboxFault remake(const std::string& path) {
    const Descriptor old(::open(path.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    struct stat raw {};
    if (!old.valid() || ::fstat(old.get(), &raw) != 0) return fault("open");
    const std::string stage = staged();
    // A mount of its own, to be moved: a name that is mounted over in two places can't be unlinked.
    if (::mkdir(stage.c_str(), 0700) != 0) return fault("mkdir");
    if (::mount(stage.c_str(), stage.c_str(), nullptr, MS_BIND, nullptr) != 0) return fault("bind mount");
    const std::vector<std::string> names = names_in(old.get());
    if (names.size() > kEntriesLimit) return {"list", E2BIG};
    for (const std::string& name : names) {
      if (const SandboxFault bad = carry_over(old.get(), path, stage, name); bad.step != nullptr) return bad;
    }
    if (::chown(stage.c_str(), raw.st_uid, raw.st_gid) != 0) return fault("chown");
    if (::chmod(stage.c_str(), raw.st_mode & 07777U) != 0) return fault("chmod");
    return ::mount(stage.c_str(), path.c_str(), nullptr, MS_MOVE, nullptr) == 0 ? SandboxFault{}
                                                                                : fault("move mount");
  }

  static SandboxFault carry_over(int old, const std::string& path, const std::string& stage,
                                 const std::string& name) {
    struct stat raw {};
    if (::fstatat(old, name.c_str(), &raw, AT_SYMLINK_NOFOLLOW) != 0) return {};
    const std::string to = stage + "/" + name;
    if (S_ISLNK(raw.st_mode)) {
      return ::symlink(link_in(old, name).c_str(), to.c_str()) == 0 ? SandboxFault{} : fault("symlink");
    }
    if (S_ISDIR(raw.st_mode)) {
      if (::mkdir(to.c_str(), 0700) != 0) return fault("mkdir");
    } else if (S_ISREG(raw.st_mode)) {
      const Descriptor made(::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
      if (!made.valid()) return fault("create");
    } else {
      return {};
    }
    return ::mount((path + "/" + name).c_str(), to.c_str(), nullptr, MS_BIND | MS_REC, nullptr) == 0
               ? SandboxFault{}
               : fault("bind mount");
  }

  int count_ = 0;
};

}  // namespace

SandboxFault build_sandbox_root(const SandboxRun& run) {
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return fault("private mounts");
  const Descriptor root(::open(run.root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!root.valid()) return fault("open root");
  const char* base_path = mount_base();
  if (base_path == nullptr) return fault("tmpfs");
  const std::string base = base_path;
  const std::vector<std::string> names = names_in(root.get());
  if (names.size() > kEntriesLimit) return {"list", E2BIG};
  for (const std::string& name : names) {
    if (std::find(kOwn.begin(), kOwn.end(), name) != kOwn.end()) continue;
    if (const SandboxFault bad = show_entry(root.get(), base, name); bad.step != nullptr) return bad;
  }
  for (const std::string_view name : kOwn) {
    if (::mkdir(fmt::format("{}/{}", base, name).c_str(), 0755) != 0) return fault("mkdir");
  }
  if (const SandboxFault bad = make_devices(base); bad.step != nullptr) return bad;
  make_run_directories(base, run.run_directories);
  if (::chdir(base_path) != 0) return fault("chdir");
  // pivot_root(2): "." twice stacks the old root over the new one, from where it is taken off.
  if (::syscall(SYS_pivot_root, ".", ".") != 0) return fault("pivot_root");
  if (::umount2(".", MNT_DETACH) != 0 || ::chdir("/") != 0) return fault("old root");
  return {};
}

SandboxFault make_pretences(const SandboxRun& run) {
  if (run.pretences.empty()) return {};
  if (::mkdir(kStaging, 0755) != 0) return fault("mkdir");
  Pretender pretender;
  for (const Pretence& wanted : run.pretences) {
    if (const SandboxFault bad = pretender.make(wanted); bad.step != nullptr) return bad;
  }
  return {};
}

SandboxFault seal_sandbox_root() {
  if (restrict_all(AT_FDCWD, "/", MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID)) return {};
  if (errno != ENOSYS) return fault("read-only root");
  // What was bound is read-only already; the tmpfs is all that is left.
  return ::mount(nullptr, "/", nullptr, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID, nullptr) == 0
             ? SandboxFault{}
             : fault("read-only root");
}

}  // namespace reentry
