#include "login/storage.hpp"

#include <algorithm>
#include <array>

#include "login/exhibits.hpp"

namespace reentry {
namespace {

bool is_at_or_below(std::string_view path, std::string_view directory) {
  if (directory == "/") return true;
  return path.starts_with(directory) && (path.size() == directory.size() || path[directory.size()] == '/');
}

// The line of fstab that mounts what `path` lies on; nullptr where none does.
const BootMount* mount_of(const Facts& facts, std::string_view path) {
  const BootMount* nearest = nullptr;
  for (const BootMount& mount : facts.system.storage.fstab) {
    if (!is_at_or_below(path, mount.where)) continue;
    if (nearest == nullptr || mount.where.size() > nearest->where.size()) nearest = &mount;
  }
  return nearest;
}

// mount(8): of `ro` and `rw` the last one counts.
bool says_read_only(const BootMount& mount) {
  bool read_only = false;
  for (const std::string& option : mount.entry.options) {
    if (option == "ro") read_only = true;
    if (option == "rw") read_only = false;
  }
  return read_only;
}

const FileSystem* system_at(const Facts& facts, const std::string& path) {
  const auto& known = facts.system.storage.file_systems;
  const auto found = known.find(path);
  return found == known.end() || !found->second ? nullptr : &*found->second;
}

// A file system of its own that is not mounted where the disk is looked at.
bool is_not_mounted(const Facts& facts, const std::string& path, const FileSystem& system) {
  if (facts.target.kind == TargetKind::live) return false;
  const BootMount* mount = mount_of(facts, path);
  const FileSystem* root = system_at(facts, "/");
  return mount != nullptr && mount->where != "/" && root != nullptr && *root == system;
}

std::string how_full(const FileSystem& system) {
  if (system.out_of_inodes()) return "0 of " + std::to_string(system.inodes) + " inodes free";
  return "0 of " + std::to_string(system.blocks) + " blocks free";
}

Obstacle full_obstacle(const std::string& path, const FileSystem& system) {
  return {Cause::system_file_system_full,
          {"file", path, 0, how_full(system)},
          {},
          {{"path", path},
           {"what", system.out_of_inodes() ? "inodes" : "blocks"},
           {"for", system.full_for_root() ? "root" : "users"}}};
}

}  // namespace

Writes writes_at(const Facts& facts, When when, const std::string& path) {
  const FileSystem* system = system_at(facts, path);
  if (system == nullptr) return Writes::unknown;
  if (when == When::now) {
    if (system->read_only) return Writes::read_only;
    return system->full_for_root() ? Writes::full : Writes::work;
  }
  const BootMount* mount = mount_of(facts, path);
  // systemd mounts a tmpfs on /run, and may on /tmp, without fstab.
  const bool volatile_place = is_at_or_below(path, "/run") || is_at_or_below(path, "/var/run");
  if (volatile_place || (system->in_memory && (mount == nullptr || mount->where == "/"))) return Writes::work;
  if (mount != nullptr && says_read_only(*mount)) return Writes::read_only;
  if (is_not_mounted(facts, path, *system)) return Writes::unknown;
  return system->full_for_root() && !system->in_memory ? Writes::full : Writes::work;
}

Obstacle failed_write(const Facts& facts, Writes writes, const std::string& path, const Exhibit& needed_by) {
  Obstacle obstacle;
  const FileSystem* system = system_at(facts, path);
  if (writes == Writes::full && system != nullptr) {
    obstacle = full_obstacle(path, *system);
  } else {
    const BootMount* mount = mount_of(facts, path);
    obstacle = {Cause::system_read_only, {"file", path, 0, "read-only"}, {}, {{"path", path}}};
    if (mount != nullptr && says_read_only(*mount)) {
      obstacle.evidence.push_back({"file", "/etc/fstab", mount->entry.line, mount->entry.text});
      obstacle.details.emplace_back("declared", "yes");
    }
  }
  obstacle.evidence.push_back(needed_by);
  obstacle.details.insert(obstacle.details.end(), {{"needed_file", needed_by.path},
                                                   {"needed_line", std::to_string(needed_by.line)},
                                                   {"needed_by", needed_by.text}});
  return obstacle;
}

Gate storage_gate(const Facts& facts, When when) {
  Gate gate = gate_of("system/file-systems", GateResult::pass);
  constexpr std::array<const char*, 6> kPaths = {"/", "/var", "/var/log", "/home", "/tmp", "/run"};
  std::vector<const FileSystem*> told;
  for (const char* path : kPaths) {
    const FileSystem* system = system_at(facts, path);
    if (system == nullptr) continue;
    const bool again = std::any_of(told.begin(), told.end(),
                                   [system](const FileSystem* other) { return *other == *system; });
    if (again) continue;
    told.push_back(system);
    const bool lost = when == When::next_start && system->in_memory;
    if (!system->read_only && system->full_for_users() && !lost)
      gate.obstacles.push_back(full_obstacle(path, *system));
    // Nobody's decision: fstab has the line and does not say so.
    const BootMount* mount = mount_of(facts, path);
    const bool meant = mount == nullptr || mount->where != path || says_read_only(*mount);
    if (when == When::now && system->read_only && !meant) {
      gate.obstacles.push_back({Cause::system_read_only,
                                {"file", path, 0, "read-only"},
                                {{"file", "/etc/fstab", mount->entry.line, mount->entry.text}},
                                {{"path", path}}});
    }
  }
  return gate;
}

}  // namespace reentry
