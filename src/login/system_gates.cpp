// Whether the next start comes as far as sshd. What systemd does when a mount of local-fs.target fails is
// written in its units: local-fs.target has OnFailure=emergency.target, and sysinit.target, which every
// service needs, conflicts with that.
#include <algorithm>
#include <string>

#include "base/shown.hpp"
#include "login/exhibits.hpp"
#include "login/gates.hpp"
#include "login/storage.hpp"
#include "login/tasks.hpp"

namespace reentry {
namespace {

bool is_live(const Facts& facts) {
  return facts.target.kind == TargetKind::live;
}

bool is_below(std::string_view path, std::string_view directory) {
  return path.size() > directory.size() && path.starts_with(directory) && path[directory.size()] == '/';
}

// What lies on another file system can't be seen on a disk that is not booted.
bool lies_on_other_mount(const Facts& facts, std::string_view path, const MountFact& self) {
  if (is_live(facts)) return false;
  return std::any_of(facts.system.mounts.begin(), facts.system.mounts.end(), [&](const MountFact& other) {
    const std::string& where = other.mount.where;
    return &other != &self && where != "/" && (where == path || is_below(path, where));
  });
}

struct MountProblem {
  std::string_view name;  // empty: none
  bool certain = true;
  bool only_seen_from_here = false;  // the disk itself does not tell
  std::string option;
  std::string meant;
};

// Device nodes of a disk that is not booted say nothing, and neither does a list of another machine's
// devices: the missing disk may belong to that host alone.
MountProblem device_problem(const Facts& facts, const MountFact& fact) {
  const SystemFacts& system = facts.system;
  if (!fact.device.empty()) {
    if (!system.devices || system.devices->empty()) return {};
    const bool there = std::binary_search(system.devices->begin(), system.devices->end(), fact.device);
    return there ? MountProblem{} : MountProblem{"device", false, !is_live(facts), {}, {}};
  }
  const bool node = fact.mount.entry.spec.starts_with("/dev/");
  if (!node || !is_live(facts) || fact.source.found() || !system.devices) return {};
  return {"device", false, false, {}, {}};
}

MountProblem problem_of(const Facts& facts, const MountFact& fact) {
  const FstabEntry& entry = fact.mount.entry;
  const bool bind = fact.mount.is_bind();
  if (!fact.type_known) return {"type", false, false, {}, {}};
  if (!bind) {
    for (const std::string& option : entry.options) {
      const std::string_view meant = misspelt_option(option);
      if (!meant.empty()) return {"option", false, false, option, std::string(meant)};
    }
  }
  const bool blind = lies_on_other_mount(facts, fact.mount.where, fact);
  if (!bind && !blind && fact.where.found() && fact.where.node().stat.type == FileType::regular)
    return {"not-a-directory", true, false, {}, {}};
  // src/core/mount.c:mount_enter_mounting makes the directory that is bound, as it makes the mount point.
  if (bind) return {};
  return device_problem(facts, fact);
}

// An emergency shell asks for root's password (sulogin(8)).
bool has_root_password(const Facts& facts) {
  const ShadowEntry* root = facts.accounts.shadow_of("root");
  return root != nullptr && !root->hash.starts_with('!') && !root->hash.starts_with('*');
}

Text sentence_of(const MountFact& fact, const MountProblem& problem) {
  const std::string where = shown(fact.mount.where);
  const std::string spec = shown(fact.mount.entry.spec);
  if (problem.name == "type") {
    return say("the boot stops at {}: no kernel knows the file system type {}",
               "起動が {} で止まります: ファイルシステムの種類 {} はカーネルにありません", where,
               shown(fact.mount.entry.type));
  }
  if (problem.name == "option") {
    return say("the boot stops at {}: {} is no mount option",
               "起動が {} で止まります: {} というマウントオプションはありません", where,
               shown(problem.option));
  }
  if (problem.name == "not-a-directory")
    return say("the boot stops at {}: it is no directory",
               "起動が {} で止まります: ディレクトリではありません", where);
  return say("the boot stops at {}: {} is not there", "起動が {} で止まります: {} が存在しません", where,
             spec);
}

void judge_mounts(const Facts& facts, Gate& gate) {
  for (const MountFact& fact : facts.system.mounts) {
    if (fact.mount.need != MountNeed::required) continue;
    const MountProblem problem = problem_of(facts, fact);
    if (problem.name.empty()) continue;
    const FstabEntry& entry = fact.mount.entry;
    Obstacle obstacle;
    obstacle.cause = Cause::system_boot_mount;
    obstacle.at = {"file", "/etc/fstab", entry.line, entry.text};
    obstacle.details = {{"problem", std::string(problem.name)},
                        {"where", fact.mount.where},
                        {"spec", entry.spec},
                        {"type", entry.type},
                        {"option", problem.option},
                        {"meant", problem.meant},
                        {"root_password", has_root_password(facts) ? "yes" : "no"}};
    obstacle.certain = problem.certain;
    if (problem.only_seen_from_here) {
      obstacle.details.emplace_back("seen", "from-here");
    } else {
      gate.result = GateResult::refuse;
      if (gate.detail.empty()) gate.detail = sentence_of(fact, problem);
    }
    gate.obstacles.push_back(std::move(obstacle));
  }
}

// Debian's and everybody's default.target is a link; one that leads nowhere starts rescue.target
// (src/core/main.c:do_queue_default_job).
void judge_target(const Facts& facts, Gate& gate) {
  const SystemFacts& system = facts.system;
  if (!system.default_target.found()) return;
  const std::string& name = system.default_target_name;
  const bool masked = name == "null";
  const bool lost = name.empty() || masked;
  // A socket is the only door that is open before multi-user.target.
  const bool too_early = name == "basic.target" && !facts.unit.socket_enabled;
  if (!lost && !too_early && !is_target_without_logins(name)) return;
  const PathNode& node = system.default_target.node();
  Obstacle obstacle;
  obstacle.cause = Cause::system_boot_target;
  obstacle.at = {"file", system.default_target.asked.str(), 0,
                 node.link_target.empty() ? std::string() : "-> " + node.link_target};
  obstacle.details = {{"path", system.default_target.asked.str()},
                      {"target", lost ? "rescue.target" : name},
                      {"link", node.link_target},
                      {"problem", lost ? "lost" : "target"},
                      {"root_password", has_root_password(facts) ? "yes" : "no"}};
  gate.result = GateResult::refuse;
  if (gate.detail.empty()) {
    gate.detail = say("the system starts {}, in which there is no sshd",
                      "システムは {} で起動し、sshd は起動されません", lost ? "rescue.target" : shown(name));
  }
  gate.obstacles.push_back(std::move(obstacle));
}

// The menu has entries for repairs, which are meant to stop there.
std::vector<const KernelEntry*> daily_entries(const SystemFacts& system) {
  std::vector<const KernelEntry*> out;
  for (const KernelEntry& entry : system.kernels) {
    if (!entry.is_recovery()) out.push_back(&entry);
  }
  return out;
}

// Which entry the loader takes is known only where all say the same; the first is what it mostly takes.
void judge_arguments(const Facts& facts, Gate& gate) {
  const std::vector<const KernelEntry*> entries = daily_entries(facts.system);
  if (entries.empty()) return;
  const BootDetour detour = detour_of(entries.front()->arguments);
  if (detour.argument.empty()) return;
  const bool all = std::all_of(entries.begin(), entries.end(), [](const KernelEntry* entry) {
    return !detour_of(entry->arguments).argument.empty();
  });
  const KernelEntry& entry = *entries.front();
  Obstacle obstacle;
  obstacle.cause = Cause::system_boot_arguments;
  obstacle.at = {"file", entry.file, entry.line, entry.text};
  obstacle.details = {{"argument", detour.argument}, {"target", detour.target}, {"all", all ? "yes" : "no"}};
  obstacle.certain = all;
  gate.obstacles.push_back(std::move(obstacle));
  if (!all) return;
  gate.result = GateResult::refuse;
  if (gate.detail.empty()) {
    gate.detail =
        say("the kernel is started with {}", "カーネルが {} 付きで起動されます", shown(detour.argument));
  }
}

void judge_kernels(const Facts& facts, Gate& gate) {
  const SystemFacts& system = facts.system;
  if (system.kernel_files.empty()) return;
  const PathFact& first = system.kernel_files.front();
  if (first.end != PathEnd::absent) return;
  const bool all = std::all_of(system.kernel_files.begin(), system.kernel_files.end(),
                               [](const PathFact& file) { return file.end == PathEnd::absent; });
  const KernelEntry& entry = system.kernels.front();
  Obstacle obstacle;
  obstacle.cause = Cause::system_boot_kernel;
  obstacle.at = {"file", entry.file, entry.line, entry.text};
  obstacle.details = {{"kernel", first.asked.str()}, {"all", all ? "yes" : "no"}};
  obstacle.certain = all;
  gate.obstacles.push_back(std::move(obstacle));
  if (!all) return;
  gate.result = GateResult::refuse;
  if (gate.detail.empty()) {
    gate.detail = say("the kernel {} is not there", "カーネル {} が存在しません", shown(first.asked.str()));
  }
}

Gate boot_gate(const Facts& facts) {
  Gate gate = gate_of("system/boot", GateResult::pass);
  judge_kernels(facts, gate);
  judge_arguments(facts, gate);
  judge_target(facts, gate);
  judge_mounts(facts, gate);
  if (gate.result == GateResult::pass && !facts.system.unread.empty()) {
    gate.result = GateResult::unknown;
    gate.unknown = facts.system.unread;
    gate.detail = say("what the boot needs could not be read", "起動に必要なものを読めませんでした");
  }
  return gate;
}

// What the database says refuses nothing by itself; it tells why something else does.
Gate packages_gate(const PackageFacts& packages) {
  Gate gate = gate_of("system/packages", GateResult::pass);
  for (const UnfinishedPackage& one : packages.unfinished) {
    gate.obstacles.push_back(
        {Cause::system_package_unfinished,
         {"file", one.file, one.line, one.text},
         {},
         {{"package", one.name}, {"state", one.state}, {"reinstall", one.reinstall ? "yes" : "no"}}});
  }
  for (const ChangedFile& one : packages.changed) {
    gate.obstacles.push_back(
        {Cause::system_package_changed,
         {"file", one.path, 0, {}},
         {},
         {{"path", one.path}, {"package", one.package}, {"problem", one.missing ? "missing" : "changed"}}});
  }
  if (!packages.foreign_sshd.empty()) {
    gate.obstacles.push_back({Cause::system_foreign_sshd,
                              {"file", packages.foreign_sshd, 0, {}},
                              {},
                              {{"path", packages.foreign_sshd}}});
  }
  return gate;
}

// cloud-init decides no login; what it did not do is told.
Gate cloud_gate(const CloudInitFacts& cloud) {
  Gate gate = gate_of("cloud/init", GateResult::pass);
  if (!cloud.errors.empty()) {
    gate.obstacles.push_back(
        {Cause::cloud_init_failed,
         {"file", cloud.errors_in, 0, cloud.errors.front()},
         {},
         {{"error", cloud.errors.front()}, {"count", std::to_string(cloud.errors.size())}}});
  }
  const bool passed_over = cloud.user_data == UserDataKind::unknown;
  if (passed_over || !cloud.user_data_error.empty()) {
    gate.obstacles.push_back(
        {Cause::cloud_user_data,
         {"file", cloud.user_data_file, cloud.user_data_line,
          passed_over ? cloud.user_data_first : std::string()},
         {},
         {{"problem", passed_over ? "header" : "yaml"}, {"reason", cloud.user_data_error}}});
  }
  return gate;
}

}  // namespace

std::vector<Gate> system_gates(const Facts& facts, When when) {
  std::vector<Gate> gates;
  // A machine that runs has started already.
  if (when == When::next_start && facts.system.collected && facts.system.systemd)
    gates.push_back(boot_gate(facts));
  if (!facts.system.storage.file_systems.empty()) gates.push_back(storage_gate(facts, when));
  if (when == When::now && facts.system.tasks) gates.push_back(tasks_gate(facts));
  if (!facts.system.oom_line.empty()) gates.push_back(memory_gate(facts));
  if (when == When::now && facts.system.newest_file > 0) gates.push_back(clock_gate(facts));
  if (facts.packages.dpkg) gates.push_back(packages_gate(facts.packages));
  if (facts.cloud.installed) gates.push_back(cloud_gate(facts.cloud));
  return gates;
}

}  // namespace reentry
