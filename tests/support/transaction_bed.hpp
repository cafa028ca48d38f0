// A target on a real file system for the tests of repair: a tree with everything that a repair touches, a
// plan of thirty steps over it, and a full listing to compare before and after.
#pragma once

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "base/digest.hpp"
#include "host/host_writer.hpp"
#include "repair/plan.hpp"

namespace reentry::testing_bed {

enum class Times { compare, ignore };

inline std::string xattrs_of(const std::string& path) {
  std::string names(65536, '\0');
  const ssize_t size = ::llistxattr(path.c_str(), names.data(), names.size());
  if (size <= 0) return {};
  std::vector<std::string> out;
  for (std::size_t at = 0; at < static_cast<std::size_t>(size);) {
    const std::string name = names.c_str() + at;
    at += name.size() + 1;
    std::string value(65536, '\0');
    const ssize_t length = ::lgetxattr(path.c_str(), name.c_str(), value.data(), value.size());
    if (length >= 0) out.push_back(name + "=" + hex(value.substr(0, static_cast<std::size_t>(length))));
  }
  std::sort(out.begin(), out.end());
  return fmt::format("{}", fmt::join(out, ","));
}

inline std::string content_of(const std::string& path, const struct stat& raw) {
  if (S_ISREG(raw.st_mode)) {
    std::ifstream in(path, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
  }
  if (S_ISLNK(raw.st_mode)) {
    std::array<char, 4096> target{};
    const ssize_t length = ::readlink(path.c_str(), target.data(), target.size());
    return std::string(target.data(), static_cast<std::size_t>(std::max<ssize_t>(length, 0)));
  }
  return {};
}

// Everything below `root` but reentry's own directory: type, mode, owner, content, extended attributes, and
// the modification time.
inline void list_into(std::map<std::string, std::string>& out, const std::string& root,
                      const std::string& below, Times times) {
  const std::string path = root + below;
  struct stat raw {};
  if (below == "/var/lib/reentry" || ::lstat(path.c_str(), &raw) != 0) return;
  out[below] =
      fmt::format("{:o} {}:{} {} [{}] {}", raw.st_mode, raw.st_uid, raw.st_gid,
                  times == Times::compare ? fmt::format("{}.{:09}", raw.st_mtim.tv_sec, raw.st_mtim.tv_nsec)
                                          : std::string("-"),
                  xattrs_of(path), content_of(path, raw));
  if (!S_ISDIR(raw.st_mode)) return;
  DIR* stream = ::opendir(path.c_str());
  if (stream == nullptr) return;
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(stream)) {
    const std::string name = entry->d_name;
    if (name != "." && name != "..") names.push_back(name);
  }
  ::closedir(stream);
  for (const std::string& name : names) list_into(out, root, below + "/" + name, times);
}

inline std::map<std::string, std::string> listing(const std::string& root, Times times = Times::compare) {
  std::map<std::string, std::string> out;
  list_into(out, root, "", times);
  return out;
}

// The entries in which two listings differ, empty when they are the same.
inline std::string difference(const std::map<std::string, std::string>& now,
                              const std::map<std::string, std::string>& expected) {
  std::string out;
  for (const auto& entry : expected) {
    const auto found = now.find(entry.first);
    if (found == now.end()) {
      out += "missing " + entry.first + "\n";
    } else if (found->second != entry.second) {
      out += fmt::format("{}\n  is  {}\n  was {}\n", entry.first, found->second, entry.second);
    }
  }
  for (const auto& entry : now) {
    if (!expected.contains(entry.first)) out += "new " + entry.first + "\n";
  }
  return out;
}

inline void write_file(const std::string& path, const std::string& bytes, mode_t mode = 0644, uid_t uid = 0,
                       gid_t gid = 0) {
  std::ofstream(path, std::ios::binary) << bytes;
  if (::chown(path.c_str(), uid, gid) != 0 || ::chmod(path.c_str(), mode) != 0) std::abort();
}

inline void make_directory(const std::string& path, mode_t mode = 0755, uid_t uid = 0, gid_t gid = 0) {
  if (::mkdir(path.c_str(), mode) != 0 || ::chown(path.c_str(), uid, gid) != 0 ||
      ::chmod(path.c_str(), mode) != 0) {
    std::abort();
  }
}

inline void age(const std::string& path, time_t seconds) {
  const std::array<timespec, 2> times{timespec{seconds, 123456789}, timespec{seconds, 987654321}};
  if (::utimensat(AT_FDCWD, path.c_str(), times.data(), AT_SYMLINK_NOFOLLOW) != 0) std::abort();
}

// acl(5) in its binary form: user::rw-, user:1001:r--, group::r--, mask::r--, other::---.
inline std::string sample_acl() {
  std::string acl("\x02\x00\x00\x00", 4);
  const auto entry = [&acl](unsigned tag, unsigned permissions, std::uint32_t id) {
    for (const unsigned half : {tag, permissions}) {
      acl += static_cast<char>(half & 0xFFU);
      acl += static_cast<char>(half >> 8U);
    }
    for (int shift = 0; shift < 32; shift += 8) acl += static_cast<char>((id >> shift) & 0xFFU);
  };
  entry(0x01, 6, 0xFFFFFFFFU);
  entry(0x02, 4, 1001);
  entry(0x04, 4, 0xFFFFFFFFU);
  entry(0x10, 4, 0xFFFFFFFFU);
  entry(0x20, 0, 0xFFFFFFFFU);
  return acl;
}

constexpr int kUsers = 4;

// /etc/ssh, /run, and four homes whose .ssh is wrong in every way.
inline void fill(const std::string& root) {
  for (const char* directory :
       {"/etc", "/etc/ssh", "/home", "/var", "/var/lib", "/usr", "/usr/sbin", "/old"}) {
    make_directory(root + directory);
  }
  write_file(root + "/etc/ssh/sshd_config", "Port 22\nPermitRootLogin prohibit-pasword\nUsePAM yes\n", 0600);
  ::setxattr((root + "/etc/ssh/sshd_config").c_str(), "security.selinux", "system_u:object_r:etc_t:s0", 27,
             0);
  ::setxattr((root + "/etc/ssh/sshd_config").c_str(), "user.note", "kept", 4, 0);
  write_file(root + "/etc/nologin", "closed\n", 0640, 0, 42);
  write_file(root + "/etc/hosts.deny", "ALL: ALL", 0644);
  ::setxattr((root + "/etc/hosts.deny").c_str(), "system.posix_acl_access", sample_acl().data(),
             sample_acl().size(), 0);
  write_file(root + "/usr/sbin/tool",
             std::string("\x7f"
                         "ELF\0\xff",
                         6),
             04755, 1000, 1000);
  write_file(root + "/etc/ssh/misnamed", "key\n", 0600);
  if (::symlink("/dev/null", (root + "/etc/link").c_str()) != 0) std::abort();
  for (int i = 0; i < kUsers; ++i) {
    const auto uid = static_cast<uid_t>(1000 + i);
    const std::string home = fmt::format("{}/home/u{}", root, i);
    make_directory(home, 0777, uid, uid);
    make_directory(home + "/.ssh", 0770, 0, 0);
    write_file(home + "/.ssh/authorized_keys", "\xef\xbb\xbfssh-ed25519 AAAA user\r\n", 0666, 0, 0);
    age(home + "/.ssh/authorized_keys", 1700000000 + i);
    age(home + "/.ssh", 1600000000 + i);
    age(home, 1500000000 + i);
  }
  for (const char* path : {"/etc/ssh/sshd_config", "/etc/nologin", "/etc/hosts.deny", "/etc/ssh", "/etc",
                           "/old", "/etc/link", "/usr/sbin/tool", "/usr/sbin", "/var/lib", "/home"}) {
    age(root + path, 1400000000);
  }
}

// Thirty steps: every kind of step, several on one file, new files in new directories.
inline Plan thirty_steps() {
  std::vector<Step> steps;
  steps.push_back(EditFile{HostPath("/etc/ssh/sshd_config"),
                           "Port 22\nPermitRootLogin prohibit-pasword\nUsePAM yes\n",
                           "Port 22\nPermitRootLogin prohibit-password\nUsePAM yes\n"});
  steps.push_back(SetMode{HostPath("/etc/ssh/sshd_config"), 0600, 0644});
  steps.push_back(RemoveFile{HostPath("/etc/nologin"), "closed\n"});
  steps.push_back(RemoveFile{HostPath("/etc/link"), "/dev/null"});
  steps.push_back(EditFile{HostPath("/etc/hosts.deny"), "ALL: ALL", "# ALL: ALL\n"});
  steps.push_back(SetLabel{HostPath("/etc/hosts.deny"), "", "system_u:object_r:etc_t:s0"});
  steps.push_back(SetOwner{HostPath("/usr/sbin/tool"), 1000, 1000, 0, 0});
  steps.push_back(RenameFile{HostPath("/etc/ssh/misnamed"), HostPath("/etc/ssh/ssh_host_key")});
  steps.push_back(RenameFile{HostPath("/old"), HostPath("/new")});
  steps.push_back(CreateDirectory{HostPath("/etc/ssh/sshd_config.d"), 0755, 0, 0});
  steps.push_back(CreateFile{HostPath("/etc/ssh/sshd_config.d/50-reentry.conf"), "UsePAM yes\n", 0600, 0, 0});
  steps.push_back(CreateDirectory{HostPath("/run"), 0755, 0, 0});
  steps.push_back(CreateDirectory{HostPath("/run/sshd"), 0711, 0, 0});
  steps.push_back(CreateFile{HostPath("/etc/ssh/empty"), "", 0640, 0, 42});
  for (int i = 0; i < kUsers; ++i) {
    const auto id = static_cast<std::uint32_t>(1000 + i);
    const HostPath home(fmt::format("/home/u{}", i));
    steps.push_back(SetMode{home, 0777, 0755});
    steps.push_back(SetOwner{home / ".ssh", 0, 0, id, id});
    steps.push_back(SetMode{home / ".ssh", 0770, 0700});
    steps.push_back(EditFile{home / ".ssh/authorized_keys", "\xef\xbb\xbfssh-ed25519 AAAA user\r\n",
                             "ssh-ed25519 AAAA user\n"});
  }
  std::vector<PlanItem> items;
  for (Step& step : steps) {
    PlanItem item;
    item.cause = Cause::service_config_syntax;
    item.remedy = "service/config-syntax#test";
    item.what = say("test", "試験");
    item.own.push_back(std::move(step));
    items.push_back(std::move(item));
  }
  return compose(std::move(items), {});
}

// A directory that goes away with its tree.
class Bed {
 public:
  explicit Bed(const std::string& base = "/tmp") {
    std::string name = base + "/reentry-bed-XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) std::abort();
    root_ = name;
    if (::chmod(root_.c_str(), 0755) != 0) std::abort();
  }
  ~Bed() {
    if (std::system(("chattr -R -ia " + root_ + " 2>/dev/null; rm -rf " + root_).c_str()) != 0) std::abort();
  }
  Bed(const Bed&) = delete;
  Bed& operator=(const Bed&) = delete;
  [[nodiscard]] const std::string& root() const { return root_; }
  [[nodiscard]] std::string at(const std::string& path) const { return root_ + path; }

 private:
  std::string root_;
};

}  // namespace reentry::testing_bed
