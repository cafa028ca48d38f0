#include "collect/unit_starters.hpp"

#include <string_view>

namespace reentry {
namespace {

constexpr std::size_t kMostUnits = 500;
constexpr std::size_t kUnitLimit = 64 * 1024;

bool init_is_systemd(FileTree& tree) {
  const PathFact init = tree.walk(HostPath("/sbin/init"));
  if (init.found()) return init.real.name() == "systemd";
  return tree.walk(HostPath("/usr/lib/systemd/systemd")).found() ||
         tree.walk(HostPath("/lib/systemd/systemd")).found();
}

// machine-id(5): on a first boot the presets decide what is enabled.
bool boots_for_the_first_time(FileTree& tree) {
  const FileFact id = tree.read(HostPath("/etc/machine-id"), kUnitLimit);
  if (!id.bytes) return id.bytes.is_absent();
  return id.bytes->starts_with("uninitialized");
}

bool names_sshd(std::string_view bytes, const UnitFacts& unit) {
  return bytes.find("sshd") != std::string_view::npos || bytes.find(unit.name) != std::string_view::npos ||
         (!unit.socket_name.empty() && bytes.find(unit.socket_name) != std::string_view::npos) ||
         bytes.find("service ssh") != std::string_view::npos;
}

// A unit of the administrator's own, a drop-in of another one.
void look_into(FileTree& tree, const std::string& directory, UnitFacts& unit, int depth) {
  const Known<std::vector<std::string>> names = tree.list(HostPath(directory));
  if (!names) {
    if (!names.is_absent()) unit.unread.push_back(names.missing());
    return;
  }
  std::size_t seen = 0;
  for (const std::string& name : *names) {
    if (++seen > kMostUnits) return;
    const std::string path = directory + "/" + name;
    if (name.ends_with(".d") && depth == 0 && !name.starts_with(unit.name)) look_into(tree, path, unit, 1);
    const bool is_unit = name.ends_with(".service") || name.ends_with(".target") || name.ends_with(".conf") ||
                         name.ends_with(".timer");
    if (!is_unit || name == unit.name) continue;
    const PathFact at = tree.walk_nofollow(HostPath(path));
    if (!at.found() || at.node().stat.type != FileType::regular) continue;
    const FileFact file = tree.read(HostPath(path), kUnitLimit);
    if (file.bytes && names_sshd(*file.bytes, unit)) unit.other_starters.push_back(path);
  }
}

}  // namespace

void collect_starters(FileTree& tree, const std::vector<std::string>& wanted_by, UnitFacts& unit) {
  unit.by_systemd = init_is_systemd(tree);
  unit.wanted_by = wanted_by;
  if (!unit.by_systemd || unit.enabled || unit.socket_enabled) return;
  if (boots_for_the_first_time(tree)) unit.other_starters.emplace_back("/etc/machine-id");
  look_into(tree, "/etc/systemd/system", unit, 0);
  for (const char* script : {"/etc/rc.local", "/etc/rc.d/rc.local"}) {
    const FileFact file = tree.read(HostPath(script), kUnitLimit);
    const bool runs = file.bytes && (file.path.node().stat.mode & 0111U) != 0;
    if (runs && names_sshd(*file.bytes, unit)) unit.other_starters.emplace_back(script);
  }
}

}  // namespace reentry
