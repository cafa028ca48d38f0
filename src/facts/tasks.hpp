// Counts of processes and threads as /proc and control groups give them (proc(5), cgroups(7)).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reentry {

// The number that a file begins with; nothing for `max` and everything else.
[[nodiscard]] std::optional<std::uint64_t> first_number(std::string_view text);
// /proc/loadavg, `0.10 0.20 0.30 2/345 6789`: all threads there are.
[[nodiscard]] std::optional<std::uint64_t> threads_of_loadavg(std::string_view text);

// The group that bounds the tasks of a process: of the controller `pids` (v1), or of the one hierarchy (v2).
struct TaskGroup {
  std::string path;  // `/system.slice/ssh.service`, never with `..`
  bool unified = false;
};
// /proc/PID/cgroup. Groups above what the reader may see (`/../x`) are left out.
[[nodiscard]] std::vector<TaskGroup> parse_task_groups(std::string_view text);

struct TasksOfProcess {
  std::optional<std::uint32_t> uid;  // the real one
  std::uint64_t threads = 1;
};
// /proc/PID/status.
[[nodiscard]] TasksOfProcess parse_process_status(std::string_view text);

}  // namespace reentry
