#include <algorithm>

#include "collect/selinux_mode.hpp"
#include "collect/ssh_build.hpp"

namespace reentry {
namespace {

constexpr std::size_t kMostProfiles = 16;
constexpr std::size_t kProfileLimit = std::size_t{1} << 20U;

bool is_there(FileTree& tree, const HostPath& path) {
  const PathEnd end = tree.walk_nofollow(path).end;
  return end == PathEnd::found;
}

// Of a disk: files are named after the program they confine (`usr.sbin.sshd`).
void from_disk(FileTree& tree, LabelFacts& labels, const std::string& program) {
  const HostPath directory("/etc/apparmor.d");
  const auto names = tree.list(directory);
  if (!names) {
    if (!names.is_absent()) labels.armor_unknown.push_back(names.missing());
    return;
  }
  std::size_t looked = 0;
  for (const std::string& name : *names) {
    if (name.find("sshd") == std::string::npos || name.ends_with(".dpkg-old") || looked == kMostProfiles)
      continue;
    ++looked;
    if (is_there(tree, directory / "disable" / name) || is_there(tree, directory / "force-complain" / name))
      continue;
    const FileFact file = tree.read(directory / name, kProfileLimit);
    if (!file.bytes) {
      if (file.path.found() && file.path.node().stat.type == FileType::regular)
        labels.armor_unknown.push_back(file.bytes.missing());
      continue;
    }
    if (confines(*file.bytes, program)) labels.armor.push_back({name, (directory / name).str()});
  }
}

}  // namespace

void collect_apparmor(FileTree& tree, Facts& facts) {
  const PathFact& sshd = facts.service.sshd.path;
  const std::string program = sshd.found() ? sshd.real.str() : sshd_program(facts.unit).str();
  if (facts.target.kind == TargetKind::root) return from_disk(tree, facts.labels, program);
  // Without the module the list is not there, and to others than root it is closed.
  const FileFact loaded = tree.read(HostPath("/sys/kernel/security/apparmor/profiles"));
  if (loaded.bytes) {
    std::string name = enforced_profile(*loaded.bytes, program);
    if (!name.empty()) facts.labels.armor.push_back({std::move(name), {}});
  } else if (!loaded.bytes.is_absent()) {
    from_disk(tree, facts.labels, program);
  }
}

}  // namespace reentry
