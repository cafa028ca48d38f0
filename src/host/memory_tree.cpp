#include <set>
#include <utility>

#include "host/file_tree.hpp"

namespace reentry {

MemoryTree::MemoryTree() {
  put_directory(HostPath());
}

void MemoryTree::make_parents(const HostPath& path) {
  if (path.is_root() || entries_.contains(path.parent().str())) return;
  put_directory(path.parent());
}

void MemoryTree::put_node(PathNode node, Known<std::string> bytes) {
  forget();
  make_parents(node.path);
  Entry entry;
  entry.lookup.end = PathEnd::found;
  const std::string key = node.path.str();
  entry.lookup.node = std::move(node);
  entry.bytes = std::move(bytes);
  entries_.insert_or_assign(key, std::move(entry));
}

void MemoryTree::put_directory(const HostPath& path, std::uint32_t mode, std::uint32_t uid,
                               std::uint32_t gid) {
  PathNode node;
  node.path = path;
  node.stat = FileStat{FileType::directory, mode, uid, gid, 4096, 0};
  put_node(std::move(node), Missing{Why::unreadable, path.str(), "not a regular file"});
}

void MemoryTree::put_file(const HostPath& path, std::string bytes, std::uint32_t mode, std::uint32_t uid,
                          std::uint32_t gid) {
  PathNode node;
  node.path = path;
  node.stat = FileStat{FileType::regular, mode, uid, gid, bytes.size(), 0};
  put_node(std::move(node), std::move(bytes));
}

void MemoryTree::put_symlink(const HostPath& path, std::string target) {
  PathNode node;
  node.path = path;
  node.stat = FileStat{FileType::symlink, 0777, 0, 0, target.size(), 0};
  node.link_target = std::move(target);
  put_node(std::move(node), Missing{Why::unreadable, path.str(), "not a regular file"});
}

void MemoryTree::put_error(const HostPath& path, PathEnd end, std::string detail) {
  forget();
  make_parents(path);
  Entry entry;
  entry.lookup.end = end;
  entry.lookup.detail = std::move(detail);
  entries_.insert_or_assign(path.str(), std::move(entry));
}

void MemoryTree::remove(const HostPath& path) {
  forget();
  std::erase_if(entries_, [&path](const auto& entry) { return HostPath(entry.first).is_within(path); });
}

void MemoryTree::put_listing(const HostPath& path, Known<std::vector<std::string>> names) {
  forget();
  listings_.insert_or_assign(path.str(), std::move(names));
}

void MemoryTree::put_label(const HostPath& path, Known<std::string> label) {
  labels_.insert_or_assign(path.str(), std::move(label));
}

FileTree::Lookup MemoryTree::lookup(const HostPath& physical) {
  const auto found = entries_.find(physical.str());
  if (found != entries_.end()) return found->second.lookup;
  return Lookup{PathEnd::absent, {}, "No such file or directory"};
}

Known<std::string> MemoryTree::read_regular(const HostPath& physical, std::size_t limit) {
  const auto found = entries_.find(physical.str());
  if (found == entries_.end()) return Missing{Why::absent, physical.str(), "No such file or directory"};
  if (found->second.bytes && found->second.bytes->size() > limit) {
    return Missing{Why::unreadable, physical.str(), "larger than the limit"};
  }
  return found->second.bytes;
}

Known<std::string> MemoryTree::read_range(const HostPath& physical, std::uint64_t offset,
                                          std::size_t length) {
  Known<std::string> whole = read_regular(physical, kReadLimit);
  if (!whole) return whole;
  if (offset >= whole->size()) return std::string();
  return whole->substr(static_cast<std::size_t>(offset), length);
}

Known<std::vector<std::string>> MemoryTree::list_directory(const HostPath& physical) {
  const auto given = listings_.find(physical.str());
  if (given != listings_.end()) return given->second;
  std::set<std::string> names;
  for (const auto& entry : entries_) {
    const HostPath path(entry.first);
    if (!path.is_root() && path.parent() == physical && entry.second.lookup.end != PathEnd::absent) {
      names.emplace(path.name());
    }
  }
  return std::vector<std::string>(names.begin(), names.end());
}

Known<std::string> MemoryTree::label(const HostPath& physical) {
  const auto found = labels_.find(physical.str());
  return found == labels_.end() ? Known<std::string>(std::string()) : found->second;
}

void MemoryTree::put_file_system(const HostPath& path, Known<FileSystem> system) {
  file_systems_.insert_or_assign(path.str(), std::move(system));
}

Known<FileSystem> MemoryTree::file_system(const HostPath& physical) {
  for (HostPath at = physical;; at = at.parent()) {
    const auto found = file_systems_.find(at.str());
    if (found != file_systems_.end()) return found->second;
    if (at.is_root()) return Missing{Why::not_asked, physical.str(), {}};
  }
}

}  // namespace reentry
