#include "facts/path.hpp"

#include <algorithm>

namespace reentry {
namespace {

bool in_group(const Actor& actor, std::uint32_t gid) {
  return actor.gid == gid || std::find(actor.groups.begin(), actor.groups.end(), gid) != actor.groups.end();
}

std::uint16_t mode_bits(const FileStat& stat, unsigned shift) {
  return static_cast<std::uint16_t>((stat.mode >> shift) & 7U);
}

// acl(5), ACCESS CHECK ALGORITHM, for an actor who is not the owner.
bool acl_permits(const PathNode& node, const Actor& actor, std::uint16_t wanted) {
  std::uint16_t mask = 7;
  for (const AclEntry& entry : node.acl) {
    if (entry.tag == AclEntry::Tag::mask) mask = entry.permissions;
  }
  for (const AclEntry& entry : node.acl) {
    if (entry.tag == AclEntry::Tag::user && entry.id == actor.uid) {
      return (entry.permissions & mask & wanted) == wanted;
    }
  }
  bool group_matched = false;
  for (const AclEntry& entry : node.acl) {
    const bool matches = (entry.tag == AclEntry::Tag::group_obj && in_group(actor, node.stat.gid)) ||
                         (entry.tag == AclEntry::Tag::group && in_group(actor, entry.id));
    if (!matches) continue;
    if ((entry.permissions & mask & wanted) == wanted) return true;
    group_matched = true;
  }
  return !group_matched && (mode_bits(node.stat, 0) & wanted) == wanted;
}

}  // namespace

const PathNode* PathFact::visited_at(const HostPath& physical) const {
  const auto found = std::find_if(visited.begin(), visited.end(),
                                  [&physical](const PathNode& node) { return node.path == physical; });
  return found == visited.end() ? nullptr : &*found;
}

Missing PathFact::missing() const {
  switch (end) {
    case PathEnd::found: return {Why::not_asked, asked.str(), ""};
    case PathEnd::absent: return {Why::absent, asked.str(), "No such file or directory"};
    case PathEnd::not_a_directory: return {Why::absent, asked.str(), "Not a directory"};
    case PathEnd::loop: return {Why::unreadable, asked.str(), "Too many levels of symbolic links"};
    case PathEnd::denied: return {Why::denied, asked.str(), "Permission denied"};
    case PathEnd::failed: return {Why::unreadable, asked.str(), detail};
  }
  return {Why::unreadable, asked.str(), detail};
}

bool permits(const PathNode& node, const Actor& actor, Permission permission) {
  const auto wanted = static_cast<std::uint16_t>(permission);
  if (actor.uid == 0) {
    return permission != Permission::execute || node.stat.type == FileType::directory ||
           (node.stat.mode & 0111U) != 0;
  }
  if (actor.uid == node.stat.uid) return (mode_bits(node.stat, 6) & wanted) == wanted;
  if (!node.acl.empty()) return acl_permits(node, actor, wanted);
  const unsigned shift = in_group(actor, node.stat.gid) ? 3 : 0;
  return (mode_bits(node.stat, shift) & wanted) == wanted;
}

const PathNode* first_closed_directory(const PathFact& path, const Actor& actor) {
  for (const PathNode& node : path.visited) {
    if (node.stat.type == FileType::directory && (&node != &path.visited.back() || !path.found()) &&
        !permits(node, actor, Permission::execute)) {
      return &node;
    }
  }
  return nullptr;
}

}  // namespace reentry
