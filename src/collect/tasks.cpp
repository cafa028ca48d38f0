#include "collect/tasks.hpp"

#include <algorithm>
#include <chrono>
#include <string_view>
#include <thread>

#include "facts/sshd_processes.hpp"
#include "facts/tasks.hpp"

namespace reentry {
namespace {

constexpr std::size_t kMostProcesses = 100'000;
constexpr std::size_t kSmallFile = 4096;

void keep_nearest(Facts& facts, TaskLimit limit) {
  std::optional<TaskLimit>& nearest = facts.system.tasks;
  if (!nearest || limit.left() < nearest->left()) nearest = std::move(limit);
}

std::optional<std::uint64_t> number_in(FileTree& tree, const std::string& path) {
  const FileFact file = tree.read(HostPath(path));
  return file.bytes ? first_number(*file.bytes) : std::nullopt;
}

// The least number within a moment: the connection by which we asked sshd for its greeting has a process,
// too, which ends by itself.
std::uint64_t settled(FileTree& tree, const HostPath& path, std::uint64_t now, std::uint64_t most) {
  constexpr int kLooks = 8;
  constexpr auto kPause = std::chrono::milliseconds(25);
  constexpr std::uint64_t kOfALogin = 4;
  for (int i = 0; i < kLooks && now + kOfALogin > most; ++i) {
    std::this_thread::sleep_for(kPause);
    const Known<std::string> again = tree.read_regular(path, kSmallFile);
    const auto number = again ? first_number(*again) : std::nullopt;
    now = std::min(now, number.value_or(now));
  }
  return now;
}

// kernel/cgroup/pids.c: a fork is charged to the group and to each one above it.
void collect_groups(FileTree& tree, Facts& facts, const std::string& mount, std::string group) {
  // The topmost that a container sees of itself is called `/`.
  if (group == "/") group.clear();
  while (true) {
    const std::string at = mount + group;
    const auto most = number_in(tree, at + "/pids.max");
    const auto now = number_in(tree, at + "/pids.current");
    if (most && now) {
      const HostPath current = tree.locate(HostPath(at + "/pids.current")).real;
      keep_nearest(facts, {at + "/pids.max", *most, settled(tree, current, *now, *most)});
    }
    if (group.empty()) return;
    group.erase(group.rfind('/'));
  }
}

// Every process that can be seen from here.
template <typename Use>
void each_process(FileTree& tree, Use use) {
  const Known<std::vector<std::string>> names = tree.list(HostPath("/proc"));
  if (!names) return;
  std::size_t seen = 0;
  for (const std::string& name : *names) {
    if (name.find_first_not_of("0123456789") != std::string::npos || ++seen > kMostProcesses) continue;
    const FileFact file = tree.read(HostPath("/proc/" + name + "/status"));
    if (file.bytes) use(parse_process_status(*file.bytes));
  }
}

// kernel/fork.c: copy_process (threads-max), kernel/pid.c: alloc_pid (pid_max). The load speaks of the whole
// machine, pid_max since Linux 6.14 of a PID namespace: near it, what is seen is counted.
void collect_kernel(FileTree& tree, Facts& facts) {
  constexpr std::uint64_t kReserved = 300;  // RESERVED_PIDS
  const FileFact load = tree.read(HostPath("/proc/loadavg"));
  if (!load.bytes) return;
  const std::optional<std::uint64_t> now = threads_of_loadavg(*load.bytes);
  const auto threads = number_in(tree, "/proc/sys/kernel/threads-max");
  if (now && threads) keep_nearest(facts, {"/proc/sys/kernel/threads-max", *threads, *now});
  const auto numbers = number_in(tree, "/proc/sys/kernel/pid_max");
  if (!now || !numbers) return;
  std::uint64_t used = *now;
  if (used + kReserved > *numbers) {
    used = 0;
    each_process(tree, [&used](const TasksOfProcess& process) { used += process.threads; });
  }
  keep_nearest(facts, {"/proc/sys/kernel/pid_max", *numbers, used});
}

bool speaks_of_nproc(const Facts& facts, const HostPath& path) {
  const FileFact* file = facts.paths.find(path);
  if (file == nullptr || !file->bytes) return false;
  std::string_view text = *file->bytes;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, std::min(end, text.find('#')));
    if (line.find("nproc") != std::string_view::npos) return true;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return false;
}

// RLIMIT_NPROC counts the threads of the real uid (kernel/fork.c, is_rlimit_overlimit).
void collect_users(FileTree& tree, Facts& facts) {
  const auto& files = facts.pam.limits_files;
  const bool wanted = speaks_of_nproc(facts, HostPath("/etc/security/limits.conf")) ||
                      std::any_of(files.begin(), files.end(),
                                  [&facts](const HostPath& path) { return speaks_of_nproc(facts, path); });
  if (!wanted) return;
  std::map<std::uint32_t, std::uint64_t> tasks;
  each_process(tree, [&tasks](const TasksOfProcess& process) {
    if (process.uid) tasks[*process.uid] += process.threads;
  });
  facts.system.tasks_of_users = std::move(tasks);
}

}  // namespace

void collect_tasks(FileTree& tree, Facts& facts) {
  if (!facts.running.collected) return;
  collect_kernel(tree, facts);
  collect_users(tree, facts);
  const SocketOwner* listener = facts.running.sockets ? listening_sshd(facts) : nullptr;
  if (listener == nullptr) return;
  const FileFact groups = tree.read(HostPath("/proc/" + std::to_string(listener->pid) + "/cgroup"));
  if (!groups.bytes) return;
  for (const TaskGroup& group : parse_task_groups(*groups.bytes)) {
    if (!group.unified) {
      collect_groups(tree, facts, "/sys/fs/cgroup/pids", group.path);
      continue;
    }
    const bool hybrid = tree.locate(HostPath("/sys/fs/cgroup/unified/cgroup.procs")).found();
    collect_groups(tree, facts, hybrid ? "/sys/fs/cgroup/unified" : "/sys/fs/cgroup", group.path);
  }
}

}  // namespace reentry
