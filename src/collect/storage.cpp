#include "collect/storage.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "facts/kernel_log.hpp"

namespace reentry {
namespace {

constexpr std::string_view kLastlog = "/var/log/lastlog";

bool session_has(const Facts& facts, std::string_view module) {
  const std::vector<PamHandler>& stack = facts.pam.sshd.stack(PamType::session);
  return std::any_of(stack.begin(), stack.end(), [module](const PamHandler& handler) {
    return handler.module.find(module) != std::string::npos;
  });
}

void look_at(FileTree& tree, Facts& facts, const HostPath& path) {
  auto& known = facts.system.storage.file_systems;
  if (known.count(path.str()) != 0) return;
  const PathFact at = tree.locate(path);
  if (at.found()) known[path.str()] = tree.file_system(at.real);
}

void collect_fstab(FileTree& tree, Facts& facts) {
  constexpr std::size_t kSmallFile = 256 * 1024;
  const FileFact fstab = tree.read(HostPath("/etc/fstab"), kSmallFile);
  if (!fstab.bytes) return;
  for (BootMount& mount : mounts_of_boot(parse_fstab(*fstab.bytes))) {
    if (!mount.entry.has_option("noauto")) facts.system.storage.fstab.push_back(std::move(mount));
  }
}

// pam_lastlog.c: one record of struct lastlog for each uid, at its number. A record that was written before
// has its block; one in a hole needs a new one.
void collect_lastlog(FileTree& tree, Facts& facts, const std::vector<std::string>& users) {
  constexpr std::size_t kRecord = 292;
  const HostPath path(kLastlog);
  facts.paths.put({tree.walk(path), Missing{Why::not_asked, path.str(), {}}});
  look_at(tree, facts, path);
  StorageFacts& storage = facts.system.storage;
  const auto found = storage.file_systems.find(path.str());
  if (found == storage.file_systems.end() || !found->second || !found->second->full_for_root()) return;
  for (const std::string& name : users) {
    const PasswdEntry* user = facts.accounts.user(name);
    if (user == nullptr) continue;
    const Known<std::string> record = tree.read_part(path, std::uint64_t{user->uid} * kRecord, kRecord);
    if (!record) continue;
    storage.lastlog_records[user->uid] =
        std::any_of(record->begin(), record->end(), [](char byte) { return byte != '\0'; });
  }
}

// pam_mkhomedir makes a home below the last directory that is there.
void collect_missing_homes(FileTree& tree, Facts& facts, const std::vector<std::string>& users) {
  for (const std::string& name : users) {
    const PasswdEntry* user = facts.accounts.user(name);
    if (user == nullptr || !user->home.starts_with('/') || tree.locate(HostPath(user->home)).found())
      continue;
    HostPath at = HostPath(user->home).parent();
    while (!at.is_root() && !tree.locate(at).found()) at = at.parent();
    look_at(tree, facts, at);
  }
}

// The end of the kernel's log where it is text; the journal is binary.
void collect_kills(FileTree& tree, Facts& facts) {
  constexpr std::uint64_t kTail = 64 * 1024;
  for (const char* path : {"/var/log/kern.log", "/var/log/messages", "/var/log/syslog"}) {
    const PathFact at = tree.locate(HostPath(path));
    if (!at.found() || at.node().stat.type != FileType::regular) continue;
    const std::uint64_t size = at.node().stat.size;
    const Known<std::string> end = tree.read_part(HostPath(path), size > kTail ? size - kTail : 0, kTail);
    const std::string_view line = end ? last_oom_kill(*end, "sshd") : std::string_view();
    if (line.empty()) continue;
    facts.system.oom_log = path;
    facts.system.oom_line = line;
    return;
  }
}

void collect_newest(FileTree& tree, Facts& facts) {
  SystemFacts& system = facts.system;
  for (const char* path : {"/usr/sbin/sshd", "/etc/passwd", "/etc/shadow", "/usr/lib/clock-epoch",
                           "/var/lib/systemd/timesync/clock", "/var/log/wtmp"}) {
    const PathFact at = tree.locate(HostPath(path));
    if (!at.found() || at.node().stat.mtime <= system.newest_file) continue;
    system.newest_file = at.node().stat.mtime;
    system.newest_path = path;
  }
}

}  // namespace

void collect_storage(FileTree& tree, Facts& facts, const std::vector<std::string>& users) {
  for (const char* path : {"/", "/var", "/var/log", "/home", "/tmp", "/run"})
    look_at(tree, facts, HostPath(path));
  for (const HostPath& directory : facts.pam.tally_directories) look_at(tree, facts, directory);
  collect_fstab(tree, facts);
  if (session_has(facts, "pam_lastlog")) collect_lastlog(tree, facts, users);
  if (session_has(facts, "pam_mkhomedir")) collect_missing_homes(tree, facts, users);
  collect_kills(tree, facts);
  if (facts.target.kind == TargetKind::live) collect_newest(tree, facts);
}

}  // namespace reentry
