// /proc/PID/cgroup, /proc/PID/status and /proc/loadavg of any bytes.
#include "facts/tasks.hpp"

#include "fuzz.hpp"

REENTRY_FUZZ(bytes) {
  using namespace reentry;
  for (const TaskGroup& group : parse_task_groups(bytes))
    fuzz::must(group.path.starts_with('/') && group.path.find("/..") == std::string::npos);
  (void)parse_process_status(bytes);
  (void)threads_of_loadavg(bytes);
  (void)first_number(bytes);
}
