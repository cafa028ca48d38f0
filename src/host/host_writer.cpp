// What the writer looks at before it changes anything.
#include "host/host_writer.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <deque>

#include "base/digest.hpp"
#include "base/shown.hpp"
#include "host/writer_syscalls.hpp"

namespace reentry {
namespace {

constexpr std::size_t kAttributesLimit = 65536;  // XATTR_LIST_MAX and XATTR_SIZE_MAX

// Asks `names` for the list of attributes and `value` for each, with buffers that are large enough.
template <typename Names, typename Value>
std::vector<ExtendedAttribute> attributes_by(Names names, Value value) {
  std::vector<ExtendedAttribute> out;
  std::string list(kAttributesLimit, '\0');
  const ssize_t size = names(list.data(), list.size());
  if (size <= 0) return out;
  list.resize(static_cast<std::size_t>(size));
  std::string buffer(kAttributesLimit, '\0');
  for (std::size_t at = 0; at < list.size();) {
    const std::string name = list.c_str() + at;
    at += name.size() + 1;
    const ssize_t length = value(name.c_str(), buffer.data(), buffer.size());
    if (length >= 0) out.push_back({name, buffer.substr(0, static_cast<std::size_t>(length))});
  }
  std::sort(out.begin(), out.end());
  return out;
}

// The l* calls don't follow the last component, and the one before it is our own open directory.
std::vector<ExtendedAttribute> symlink_attributes(const Descriptor& directory, const std::string& name) {
  const std::string path = fmt::format("/proc/self/fd/{}/{}", directory.get(), name);
  return attributes_by(
      [&path](char* list, std::size_t size) { return ::llistxattr(path.c_str(), list, size); },
      [&path](const char* attribute, char* value, std::size_t size) {
        return ::lgetxattr(path.c_str(), attribute, value, size);
      });
}

Result<std::string> read_whole(const Descriptor& file, const HostPath& path) {
  std::string bytes;
  std::array<char, 65536> buffer;
  while (true) {
    const ssize_t got = ::read(file.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return change_error(path, errno);
    if (got == 0) return bytes;
    bytes.append(buffer.data(), static_cast<std::size_t>(got));
    if (bytes.size() > kReadLimit) {
      return fail(ErrorKind::change, path.str(), fmt::format("larger than {} bytes", kReadLimit));
    }
  }
}

std::string read_link(const Descriptor& link) {
  std::array<char, 4096> target{};
  const ssize_t length = ::readlinkat(link.get(), "", target.data(), target.size());
  return length < 0 ? std::string() : std::string(target.data(), static_cast<std::size_t>(length));
}

bool is_ours(uid_t uid) {
  return uid == 0 || uid == ::geteuid();
}

// Nobody but root could have put a symlink of root's there.
bool trusted_link(const struct stat& directory, const struct stat& link) {
  const bool others_write = (directory.st_mode & (S_IWGRP | S_IWOTH)) != 0;
  const bool sticky = (directory.st_mode & S_ISVTX) != 0;
  return is_ours(link.st_uid) && is_ours(directory.st_uid) && (!others_write || sticky);
}

// O_NOATIME leaves the access time alone, where we may ask for it.
Descriptor open_for_reading(const Descriptor& root, const HostPath& path, int kind) {
  const int flags = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW | kind;
  Descriptor fd = open_below(root, path, flags | O_NOATIME);
  if (!fd.valid() && errno == EPERM) return open_below(root, path, flags);
  return fd;
}

void push_front(std::deque<std::string>& todo, const std::string& target) {
  const HostPath parts(target);
  std::vector<std::string> names;
  for (const std::string_view part : parts.components()) names.emplace_back(part);
  todo.insert(todo.begin(), names.begin(), names.end());
}

}  // namespace

Text words_of(int error) {
  switch (error) {
    case EROFS:
      return say("the file system is mounted read-only; `mount -o remount,rw` makes it writable",
                 "ファイルシステムが読み取り専用でマウントされています。`mount -o remount,rw` "
                 "で書き込めるようになります");
    case ENOSPC: return say("no space left on the file system", "ファイルシステムに空きがありません");
    case EDQUOT: return say("the disk quota is used up", "ディスククォータを使い切っています");
    case ELOOP:
      return say("a symbolic link is in the way, and nothing is changed through one",
                 "途中にシンボリックリンクがあります。リンク越しの変更は行いません");
    case EXDEV: return say("it leads out of the target", "対象のルートの外に出てしまいます");
    case EEXIST: return say("it exists already", "すでに存在します");
    case EPERM:
    case EACCES:
      return say("not permitted; run as root, and see `lsattr` for an immutable file",
                 "許可されていません。root で実行してください。`lsattr` で変更禁止属性も確認してください");
    default: {
      const char* words = std::strerror(error);  // NOLINT(concurrency-mt-unsafe): one thread
      return say("{}", "{}", words);
    }
  }
}

tl::unexpected<Error> change_error(const HostPath& path, int error) {
  return fail(ErrorKind::change, path.str(), words_of(error).en);
}

std::vector<ExtendedAttribute> attributes_of(const Descriptor& node) {
  return attributes_by([&node](char* list, std::size_t size) { return ::flistxattr(node.get(), list, size); },
                       [&node](const char* name, char* value, std::size_t size) {
                         return ::fgetxattr(node.get(), name, value, size);
                       });
}

std::uint32_t inode_flags(const Descriptor& node) {
  int flags = 0;
  return ::ioctl(node.get(), FS_IOC_GETFLAGS, &flags) == 0 ? static_cast<std::uint32_t>(flags) : 0;
}

NodeImage image_of(const struct stat& raw) {
  NodeImage image;
  image.exists = true;
  image.type = file_type_of(raw.st_mode);
  image.mode = raw.st_mode & 07777U;
  image.uid = raw.st_uid;
  image.gid = raw.st_gid;
  image.inode = raw.st_ino;
  image.links = raw.st_nlink;
  image.accessed = {raw.st_atim.tv_sec, raw.st_atim.tv_nsec};
  image.modified = {raw.st_mtim.tv_sec, raw.st_mtim.tv_nsec};
  return image;
}

Result<HostWriter> HostWriter::open(const std::string& directory, WriterFaults* faults) {
  Descriptor root(::open(directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!root.valid()) return fail(ErrorKind::target, directory, words_of(errno).en);
  return HostWriter(directory, std::move(root), faults);
}

Result<HostPath> HostWriter::physical(const HostPath& path) const {
  std::deque<std::string> todo;
  push_front(todo, path.str());
  HostPath here;
  struct stat directory {};
  if (::fstat(root_.get(), &directory) != 0) return change_error(path, errno);
  int symlinks = 0;
  while (!todo.empty()) {
    const std::string part = std::move(todo.front());
    todo.pop_front();
    here = part == ".." ? here.parent() : here / part;
    const Descriptor node = open_below(root_, here, O_PATH | O_NOFOLLOW);
    struct stat raw {};
    if (!node.valid() && errno == ENOENT) {
      for (const std::string& rest : todo) {
        if (rest == "..") return change_error(path, ENOENT);
        here = here / rest;
      }
      return here;
    }
    if (!node.valid() || ::fstat(node.get(), &raw) != 0) return change_error(path, errno);
    if (!S_ISLNK(raw.st_mode)) {
      directory = raw;
      continue;
    }
    if (!trusted_link(directory, raw)) {
      return fail(
          ErrorKind::change, here.str(),
          "a symbolic link that someone else than root could have placed; nothing is changed through it");
    }
    if (++symlinks > kMaxSymlinks) return change_error(path, ELOOP);
    const std::string target = read_link(node);
    here = target.starts_with('/') ? HostPath() : here.parent();
    const Descriptor back = open_below(root_, here, O_PATH | O_DIRECTORY);
    if (!back.valid() || ::fstat(back.get(), &directory) != 0) return change_error(path, errno);
    push_front(todo, target);
  }
  return here;
}

Result<NodeImage> HostWriter::image(const HostPath& path) const {
  const Descriptor found = open_below(root_, path, O_PATH | O_NOFOLLOW);
  struct stat raw {};
  if (!found.valid() && (errno == ENOENT || errno == ENOTDIR)) return NodeImage{};
  if (!found.valid() || ::fstat(found.get(), &raw) != 0) return change_error(path, errno);
  NodeImage image = image_of(raw);
  if (image.type == FileType::symlink) {
    image.bytes = read_link(found);
    image.digest = sha256(image.bytes);
    TRY(const Place at, place(path));
    image.attributes = symlink_attributes(at.directory, at.name);
    return image;
  }
  if (image.type != FileType::regular && image.type != FileType::directory) return image;
  const Descriptor node = open_for_reading(root_, path, image.type == FileType::directory ? O_DIRECTORY : 0);
  struct stat again {};
  if (!node.valid() || ::fstat(node.get(), &again) != 0) return change_error(path, errno);
  if (again.st_ino != raw.st_ino || again.st_dev != raw.st_dev) {
    return fail(ErrorKind::change, path.str(), "it was replaced while it was looked at");
  }
  image.attributes = attributes_of(node);
  image.flags = inode_flags(node);
  if (image.type == FileType::regular) {
    TRY(image.bytes, read_whole(node, path));
    image.digest = sha256(image.bytes);
  }
  return image;
}

Result<std::vector<std::string>> HostWriter::list(const HostPath& directory) const {
  Descriptor fd = open_below(root_, directory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  if (!fd.valid()) return change_error(directory, errno);
  DIR* stream = ::fdopendir(fd.get());
  if (stream == nullptr) return change_error(directory, errno);
  static_cast<void>(fd.release());  // closedir() closes it
  std::vector<std::string> names;
  // NOLINTNEXTLINE(concurrency-mt-unsafe): the stream is ours alone
  while (const dirent* entry = ::readdir(stream)) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  ::closedir(stream);
  std::sort(names.begin(), names.end());
  return names;
}

std::optional<Text> HostWriter::locked(const HostPath& path, int kind) const {
  const Descriptor node = open_for_reading(root_, path, kind);
  if (!node.valid()) return std::nullopt;
  const std::uint32_t flags = inode_flags(node);
  const std::string name = shown(path.str(), 0);
  if ((flags & FS_IMMUTABLE_FL) != 0) {
    return say("{0} is immutable; `chattr -i {0}` lifts that",
               "{0} は変更禁止 (immutable) です。`chattr -i {0}` で解除できます", name);
  }
  if ((flags & FS_APPEND_FL) != 0) {
    return say("{0} is append-only; `chattr -a {0}` lifts that",
               "{0} は追記専用 (append-only) です。`chattr -a {0}` で解除できます", name);
  }
  return std::nullopt;
}

std::optional<Text> HostWriter::obstacle(const HostPath& path, bool renames) const {
  HostPath nearest = path;  // that exists
  Descriptor node = open_below(root_, nearest, O_PATH | O_NOFOLLOW);
  while (!node.valid() && errno == ENOENT && !nearest.is_root()) {
    nearest = nearest.parent();
    node = open_below(root_, nearest, O_PATH | O_NOFOLLOW);
  }
  struct statvfs file_system {};
  struct stat raw {};
  if (!node.valid() || ::fstat(node.get(), &raw) != 0) return words_of(errno);
  if (::fstatvfs(node.get(), &file_system) == 0 && (file_system.f_flag & ST_RDONLY) != 0) {
    return words_of(EROFS);
  }
  if (S_ISDIR(raw.st_mode)) {
    if (auto why = locked(nearest, O_DIRECTORY)) return why;
  } else if (S_ISREG(raw.st_mode)) {
    if (auto why = locked(nearest, 0)) return why;
    if (raw.st_nlink > 1) {
      return say(
          "it has {} names (hard links), and a change would reach or part the others; `find / -xdev "
          "-inum {}` lists them",
          "名前 (ハードリンク) が {} 個あり、変更すると他の名前にも及ぶか、切り離されます。"
          "`find / -xdev -inum {}` で一覧できます",
          raw.st_nlink, raw.st_ino);
    }
  }
  if (renames && nearest == path && !path.is_root()) return locked(path.parent(), O_DIRECTORY);
  return std::nullopt;
}

Result<HostWriter::Place> HostWriter::place(const HostPath& path) const {
  Descriptor directory = open_below(root_, path.parent(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  if (!directory.valid()) return change_error(path.parent(), errno);
  if (path.is_root() || path.name() == "..") return change_error(path, EINVAL);
  return Place{std::move(directory), std::string(path.name())};
}

Result<Descriptor> HostWriter::open_node(const HostPath& path) const {
  const Descriptor found = open_below(root_, path, O_PATH | O_NOFOLLOW);
  struct stat raw {};
  if (!found.valid() || ::fstat(found.get(), &raw) != 0) return change_error(path, errno);
  if (S_ISLNK(raw.st_mode)) return change_error(path, ELOOP);
  if (!S_ISREG(raw.st_mode) && !S_ISDIR(raw.st_mode)) {
    return fail(ErrorKind::change, path.str(), "neither a regular file nor a directory");
  }
  Descriptor node = open_for_reading(root_, path, S_ISDIR(raw.st_mode) ? O_DIRECTORY : 0);
  struct stat again {};
  if (!node.valid() || ::fstat(node.get(), &again) != 0) return change_error(path, errno);
  if (again.st_ino != raw.st_ino || again.st_dev != raw.st_dev) return change_error(path, ESTALE);
  return node;
}

}  // namespace reentry
