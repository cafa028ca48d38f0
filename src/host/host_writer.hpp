// The only writer to a target. Every path is physical (no symlink in it) and is opened below the target's
// root; a symlink that appears on the way is an error, never followed. Each change is on the disk when its
// function returns. Failures are of kind `change` and leave the node as it was, or for set_owner as far as it
// came: the journal knows what to put back.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/host_path.hpp"
#include "base/result.hpp"
#include "base/text.hpp"
#include "host/descriptor.hpp"
#include "host/file_tree.hpp"
#include "host/node_image.hpp"

namespace reentry {

// Where a writer may be made to fail: the tests' way in. `before` is asked ahead of every system call that
// changes the target and returns 0, or the errno to fail with; it may also end the process.
class WriterFaults {
 public:
  virtual ~WriterFaults() = default;
  [[nodiscard]] virtual int before(std::string_view call, const std::string& path) = 0;
};

class HostWriter {
 public:
  // A writer below `directory` of this machine. Fails (target) when the directory can't be opened.
  [[nodiscard]] static Result<HostWriter> open(const std::string& directory, WriterFaults* faults = nullptr);

  // The directory of this machine, for messages to a person.
  [[nodiscard]] const std::string& directory() const { return directory_; }

  // `path` with its symlinks resolved below the root; components that do not exist stay as they are. Only
  // symlinks that nobody but root could have placed are followed: those of others are refused (change).
  [[nodiscard]] Result<HostPath> physical(const HostPath& path) const;

  // The node at `path` itself; exists = false when it is not there. Bytes and digest of a regular file are
  // read up to kReadLimit, beyond that it fails.
  [[nodiscard]] Result<NodeImage> image(const HostPath& path) const;
  [[nodiscard]] Result<std::vector<std::string>> list(const HostPath& directory) const;

  // Why a change of `path` must wait for its administrator: the file system is read-only, the node or (when
  // its name changes hands, `renames`) its directory is immutable or append-only, the file has several names
  // (hard links). Nothing when it can be changed.
  [[nodiscard]] std::optional<Text> obstacle(const HostPath& path, bool renames) const;

  // Replaces or makes the regular file `path` by an atomic rename of `temporary`, a name in the same
  // directory: `bytes` with owner, mode, extended attributes and inode flags of `like`, its times too when
  // `keep_times`. A left-over `temporary` is replaced.
  [[nodiscard]] Result<void> put_file(const HostPath& path, const std::string& temporary,
                                      std::string_view bytes, const NodeImage& like, bool keep_times) const;
  // A new file, there whole or not at all; fails if the name is taken. Mode and owner are those given, not an
  // inherited ACL's; the SELinux label is `label`, or where that is empty its directory's if the kernel gave
  // none.
  [[nodiscard]] Result<void> create_file(const HostPath& path, const std::string& temporary,
                                         std::string_view bytes, std::uint32_t mode, std::uint32_t uid,
                                         std::uint32_t gid, const std::string& label = {}) const;
  [[nodiscard]] Result<void> create_directory(const HostPath& path, std::uint32_t mode, std::uint32_t uid,
                                              std::uint32_t gid, const std::string& label = {}) const;
  // A symlink to `like.bytes` with owner, times and extended attributes of `like`, there whole or not at all.
  [[nodiscard]] Result<void> create_symlink(const HostPath& path, const std::string& temporary,
                                            const NodeImage& like) const;
  // Regular files and directories only.
  [[nodiscard]] Result<void> set_mode(const HostPath& path, std::uint32_t mode) const;
  // Keeps set-id bits and file capabilities, which chown(2) clears.
  [[nodiscard]] Result<void> set_owner(const HostPath& path, std::uint32_t uid, std::uint32_t gid) const;
  // The SELinux label; empty takes it away, which a kernel that has SELinux on refuses.
  [[nodiscard]] Result<void> set_label(const HostPath& path, const std::string& label) const;
  // Owner, mode and extended attributes of `like`.
  [[nodiscard]] Result<void> set_metadata(const HostPath& path, const NodeImage& like) const;
  // The modification time alone.
  [[nodiscard]] Result<void> set_modified(const HostPath& path, Moment modified) const;
  [[nodiscard]] Result<void> remove_file(const HostPath& path) const;       // not a directory
  [[nodiscard]] Result<void> remove_directory(const HostPath& path) const;  // only when empty
  // Fails when `to` exists.
  [[nodiscard]] Result<void> rename(const HostPath& from, const HostPath& to) const;
  // Runs a program of the target, which is this machine. Fails (change) with what it said where it does not
  // end well, and where the target is another root.
  [[nodiscard]] Result<void> run_tool(const HostPath& program, const std::vector<std::string>& words) const;
  // Why that can't be done at all, or nothing.
  [[nodiscard]] std::optional<Text> cannot_run(const HostPath& program) const;
  // For journals: appends to a file (made 0600 if need be) and syncs it.
  [[nodiscard]] Result<void> append(const HostPath& path, std::string_view bytes) const;
  // Takes the lock file `path` (made if need be) until the descriptor is closed. Fails (change) at once when
  // another process holds it.
  [[nodiscard]] Result<Descriptor> lock(const HostPath& path) const;

 private:
  struct Place {  // a name in an open directory
    Descriptor directory;
    std::string name;
  };
  enum class Taken { replace, refuse };  // what to do with a node that has the name already
  HostWriter(std::string directory, Descriptor root, WriterFaults* faults)
      : directory_(std::move(directory)), root_(std::move(root)), faults_(faults) {}
  [[nodiscard]] Result<Place> place(const HostPath& path) const;
  [[nodiscard]] std::optional<Text> locked(const HostPath& path, int kind) const;
  [[nodiscard]] Result<Descriptor> open_node(const HostPath& path) const;
  [[nodiscard]] Result<Descriptor> open_temporary(const Place& at, const std::string& name,
                                                  const HostPath& path) const;
  [[nodiscard]] Result<void> move_in(const Place& at, const std::string& temporary, Taken taken,
                                     const HostPath& path) const;
  [[nodiscard]] Result<void> dress(const Descriptor& node, const HostPath& path, const NodeImage& like) const;
  [[nodiscard]] Result<void> set_attributes(const Descriptor& node, const HostPath& path,
                                            const std::vector<ExtendedAttribute>& wanted) const;
  [[nodiscard]] Result<void> dress_new(const Place& at, const Descriptor& node, const HostPath& path,
                                       std::uint32_t mode, std::uint32_t uid, std::uint32_t gid,
                                       const std::string& label) const;
  [[nodiscard]] Result<void> put_label(const Descriptor& node, const HostPath& path,
                                       const std::string& label) const;
  [[nodiscard]] Result<void> write_all(const Descriptor& file, const HostPath& path,
                                       std::string_view bytes) const;
  [[nodiscard]] Result<void> sync(const Descriptor& node, const HostPath& path) const;
  // Nothing, or the error to fail with instead of `call`.
  [[nodiscard]] Result<void> may(std::string_view call, const HostPath& path) const;

  std::string directory_;
  Descriptor root_;
  WriterFaults* faults_;
};

// errno in words that say what to do.
[[nodiscard]] Text words_of(int error);

}  // namespace reentry
