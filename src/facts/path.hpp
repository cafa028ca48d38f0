// What a path of the target is, and every node that was met on the way to it. Values only: reading them is
// host/file_tree.hpp's work.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/host_path.hpp"
#include "base/known.hpp"

namespace reentry {

enum class FileType { regular, directory, symlink, fifo, socket, char_device, block_device, unknown };

// The parts of struct stat that decide something. `mode` holds the permission bits 07777 only.
struct FileStat {
  FileType type = FileType::unknown;
  std::uint32_t mode = 0;
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::uint64_t size = 0;       // bytes
  std::int64_t mtime = 0;       // seconds since 1970 UTC
  std::int64_t changed_ns = 0;  // st_ctim in nanoseconds since 1970 UTC, 0: unknown
  bool operator==(const FileStat&) const = default;
};

// One entry of a POSIX.1e access ACL (system.posix_acl_access, acl(5)).
struct AclEntry {
  enum class Tag : std::uint16_t { user_obj = 1, user = 2, group_obj = 4, group = 8, mask = 16, other = 32 };
  Tag tag = Tag::other;
  std::uint16_t permissions = 0;  // r=4 w=2 x=1
  std::uint32_t id = 0;           // for user and group
  bool operator==(const AclEntry&) const = default;
};

// One node met while resolving: `path` is physical (no symlink in it).
struct PathNode {
  HostPath path;
  FileStat stat;
  std::string link_target;    // of a symlink
  std::vector<AclEntry> acl;  // empty: no extended ACL
  bool operator==(const PathNode&) const = default;
};

enum class PathEnd {
  found,
  absent,           // ENOENT at `stopped_at`
  not_a_directory,  // ENOTDIR: `stopped_at` is a file and more was asked below it
  loop,             // ELOOP: more than 40 symlinks, as in the kernel
  denied,           // we ourselves may not look there
  failed,           // EIO, ENAMETOOLONG … see `detail`
};

// The walk from the target's `/` to `asked`, symlinks followed (the last one too), never out of the target.
struct PathFact {
  HostPath asked;
  PathEnd end = PathEnd::absent;
  std::vector<PathNode>
      visited;          // in the order met: directories, symlinks, and the final node last when found
  HostPath real;        // realpath(3), when found
  HostPath stopped_at;  // the physical path of the component that could not be passed, unless found
  std::string detail;   // strerror text for `failed`

  [[nodiscard]] bool found() const { return end == PathEnd::found; }
  // The node itself; only when found().
  [[nodiscard]] const PathNode& node() const { return visited.back(); }
  // The visited node with that physical path, or nullptr.
  [[nodiscard]] const PathNode* visited_at(const HostPath& physical) const;
  // Why there is no node, in the words of Known; only when !found().
  [[nodiscard]] Missing missing() const;
  bool operator==(const PathFact&) const = default;
};

// A file and its bytes as far as they were asked for.
struct FileFact {
  PathFact path;
  Known<std::string> bytes;  // Missing: absent, denied, unreadable (not regular, over the limit), not_asked
  bool operator==(const FileFact&) const = default;
};

// Everything that was looked at on the target, by the path that was asked for. Judges that need a path which
// nobody collected get nullptr and must answer unknown.
class PathStore {
 public:
  void put(FileFact fact) { facts_.insert_or_assign(fact.path.asked.str(), std::move(fact)); }
  [[nodiscard]] const FileFact* find(const HostPath& asked) const {
    const auto found = facts_.find(asked.str());
    return found == facts_.end() ? nullptr : &found->second;
  }
  [[nodiscard]] std::size_t size() const { return facts_.size(); }

 private:
  std::unordered_map<std::string, FileFact> facts_;
};

// Who acts: the ids that the kernel compares.
struct Actor {
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::vector<std::uint32_t> groups;  // supplementary
};

enum class Permission : std::uint16_t { read = 4, write = 2, execute = 1 };

// Whether the kernel would grant `permission` on this one node (fs/namei.c generic_permission, acl(5) access
// check algorithm). uid 0 reads and writes anything and executes what has any x bit; directories it searches.
[[nodiscard]] bool permits(const PathNode& node, const Actor& actor, Permission permission);

// The first directory on the way that `actor` may not search, or nullptr when the whole way is open.
[[nodiscard]] const PathNode* first_closed_directory(const PathFact& path, const Actor& actor);

}  // namespace reentry
