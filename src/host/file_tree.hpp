// The only door to a target's files. Every path is the target's own and is resolved below the target's root:
// absolute symlinks start again at that root, `..` stops there, nothing outside is ever opened. Only regular
// files are read, so a FIFO or a device can't hang us.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/host_path.hpp"
#include "base/known.hpp"
#include "base/result.hpp"
#include "base/trace.hpp"
#include "facts/file_system.hpp"
#include "facts/path.hpp"

namespace reentry {

// No file that sshd's world reads is larger than this in earnest; a log has its own reader.
constexpr std::size_t kReadLimit = std::size_t{16} << 20U;

class FileTree {
 public:
  virtual ~FileTree() = default;

  // Walks to `path`, following symlinks, and returns every node met. Never fails: the end of the walk is part
  // of the answer. What was looked up lately is remembered, so that a second walk costs nothing.
  [[nodiscard]] PathFact walk(const HostPath& path);
  // As `walk`, but a symlink in the last place is itself the answer (lstat).
  [[nodiscard]] PathFact walk_nofollow(const HostPath& path);
  // As `walk`, but `visited` has the node itself alone: for those who don't ask about the way there.
  [[nodiscard]] PathFact locate(const HostPath& path);
  // The walk and the file's bytes. Missing: absent; denied; unreadable when it is not a regular file, when it
  // is larger than `limit` bytes, or on an I/O error. The first small files that are read are kept for those
  // who ask for them again.
  [[nodiscard]] FileFact read(const HostPath& path, std::size_t limit = kReadLimit);
  // `length` bytes of a regular file from `offset` on, fewer at its end: for programs and libraries, whose
  // headers alone are wanted. Missing as for read.
  [[nodiscard]] Known<std::string> read_part(const HostPath& path, std::uint64_t offset, std::size_t length);
  // Names in a directory, in byte order, without `.` and `..`. Missing as for read.
  [[nodiscard]] Known<std::vector<std::string>> list(const HostPath& directory);
  // glob(3) as sshd's Include uses it: `*`, `?`, `[…]`, no `~`, a leading dot must be matched by a dot.
  // Matches in byte order; a name without wildcards that does not exist gives nothing. A directory on the
  // way that can't be read is Missing.
  [[nodiscard]] Known<std::vector<HostPath>> glob(const HostPath& pattern);

  // The touches so far, for --verbose.
  [[nodiscard]] Trace& trace() { return trace_; }

  // What the forms of a host provide. `physical` has no symlink and no `..` in it.
  struct Lookup {
    PathEnd end = PathEnd::absent;  // found, absent, not_a_directory, denied or failed
    PathNode node;                  // when found
    std::string detail;             // strerror text for `failed`
  };
  [[nodiscard]] virtual Lookup lookup(const HostPath& physical) = 0;
  [[nodiscard]] virtual Known<std::string> read_regular(const HostPath& physical, std::size_t limit) = 0;
  [[nodiscard]] virtual Known<std::string> read_range(const HostPath& physical, std::uint64_t offset,
                                                      std::size_t length) = 0;
  [[nodiscard]] virtual Known<std::vector<std::string>> list_directory(const HostPath& physical) = 0;
  // The SELinux label of the node itself, without the NUL at its end; empty where it has none. Missing:
  // absent, denied, unreadable (a file system without labels).
  [[nodiscard]] virtual Known<std::string> label(const HostPath& physical) = 0;

  // The file system that the node lies on. Missing: absent, denied, unreadable.
  [[nodiscard]] virtual Known<FileSystem> file_system(const HostPath& physical) = 0;
  // The links below /dev/disk of the machine that reads, whatever root it reads: `by-uuid/…`, `by-label/…`,
  // in byte order. Missing where that machine has no udev.
  [[nodiscard]] virtual Known<std::vector<std::string>> device_links() = 0;

 protected:
  // For forms that change under their reader: nothing that was answered before holds any more.
  void forget();

 private:
  PathFact resolve(const HostPath& path, bool follow_last);
  bool visit(PathFact& fact, const HostPath& directory);
  const Lookup& remembered(const HostPath& physical);
  const HostPath* real_directory(const HostPath& path);
  Known<std::string> bytes_of(const HostPath& physical, std::size_t limit);

  // Two generations: when the younger one is full it takes the place of the older one, whose entries go.
  using Lookups = std::unordered_map<std::string, Lookup>;
  Lookups lookups_;
  Lookups older_lookups_;
  std::unordered_map<std::string, HostPath> real_directories_;  // what locate() found on its way
  std::unordered_map<std::string, std::string> kept_files_;
  std::unordered_map<std::string, std::vector<std::string>> kept_lists_;
  Trace trace_;
};

// A root that is mounted at `directory` of this machine; `/` is this machine itself. Fails (target) when the
// directory can't be opened.
[[nodiscard]] Result<std::unique_ptr<FileTree>> open_disk_tree(const std::string& directory);

// A tree that lives in memory: for tests and for facts saved elsewhere. Parents must be put before children;
// `put` of a node makes missing parents as root-owned 0755 directories.
class MemoryTree final : public FileTree {
 public:
  MemoryTree();
  void put_directory(const HostPath& path, std::uint32_t mode = 0755, std::uint32_t uid = 0,
                     std::uint32_t gid = 0);
  void put_file(const HostPath& path, std::string bytes, std::uint32_t mode = 0644, std::uint32_t uid = 0,
                std::uint32_t gid = 0);
  void put_symlink(const HostPath& path, std::string target);
  // Replaces what is known of a node: type, mode, owner, ACL.
  void put_node(PathNode node, Known<std::string> bytes);
  // `path` answers with this error from now on: denied, failed …
  void put_error(const HostPath& path, PathEnd end, std::string detail = {});
  void remove(const HostPath& path);
  // The SELinux label of a node; without it the node has none.
  void put_label(const HostPath& path, Known<std::string> label);
  // The file system of every node from `path` on that has none of its own; without it nothing is known.
  void put_file_system(const HostPath& path, Known<FileSystem> system);
  // A listing that can't be read.
  void put_listing(const HostPath& path, Known<std::vector<std::string>> names);

  [[nodiscard]] Lookup lookup(const HostPath& physical) override;
  [[nodiscard]] Known<std::string> read_regular(const HostPath& physical, std::size_t limit) override;
  [[nodiscard]] Known<std::string> read_range(const HostPath& physical, std::uint64_t offset,
                                              std::size_t length) override;
  [[nodiscard]] Known<std::vector<std::string>> list_directory(const HostPath& physical) override;
  [[nodiscard]] Known<std::vector<std::string>> device_links() override { return device_links_; }
  void put_device_links(Known<std::vector<std::string>> links) { device_links_ = std::move(links); }
  [[nodiscard]] Known<std::string> label(const HostPath& physical) override;
  [[nodiscard]] Known<FileSystem> file_system(const HostPath& physical) override;

 private:
  struct Entry {
    Lookup lookup;
    Known<std::string> bytes;
  };
  void make_parents(const HostPath& path);

  std::unordered_map<std::string, Entry> entries_;
  std::unordered_map<std::string, Known<std::vector<std::string>>> listings_;
  Known<std::vector<std::string>> device_links_;
  std::unordered_map<std::string, Known<std::string>> labels_;
  std::unordered_map<std::string, Known<FileSystem>> file_systems_;
};

}  // namespace reentry
