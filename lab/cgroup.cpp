#include "lab/cgroup.hpp"

#include <dirent.h>
#include <fmt/format.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <string_view>
#include <thread>
#include <vector>

namespace reentry::lab {
namespace {

constexpr int kTries = 100;
constexpr auto kPause = std::chrono::milliseconds(5);

std::string group_of(const std::string& folder) {
  return fmt::format("{}/cgroup/reentry-lab-{}", folder, folder.substr(folder.find_last_of('/') + 1));
}

// Groups that `svc tasks` made, in the hierarchies of this machine where it has them mounted.
std::vector<std::string> groups_of_tasks(const std::string& folder) {
  const auto name = folder.substr(folder.find_last_of('/') + 1);
  std::vector<std::string> groups;
  for (const auto* hierarchy : {"/sys/fs/cgroup/pids", "/sys/fs/cgroup/unified", "/sys/fs/cgroup"})
    groups.push_back(fmt::format("{}/reentry-lab-{}-tasks", hierarchy, name));
  return groups;
}

// rmdir(2) of a group works as soon as the kernel has buried its last process.
void remove_group(const std::string& group) {
  DIR* const directory = opendir(group.c_str());
  if (directory == nullptr) return;
  std::vector<std::string> below;
  while (const dirent* const entry = readdir(directory)) {
    const std::string_view name = entry->d_name;
    if (entry->d_type == DT_DIR && name != "." && name != "..")
      below.push_back(fmt::format("{}/{}", group, name));
  }
  closedir(directory);
  for (const auto& each : below) remove_group(each);
  for (int i = 0; i < kTries && rmdir(group.c_str()) != 0 && errno == EBUSY; ++i) {
    std::this_thread::sleep_for(kPause);
  }
}

}  // namespace

std::string make_control_group(const std::string& folder) {
  const auto at = folder + "/cgroup";
  if (mkdir(at.c_str(), 0755) != 0 && errno != EEXIST) return {};
  remove_control_group(folder);
  if (mount("cgroup2", at.c_str(), "cgroup2", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr) != 0) return {};
  auto group = group_of(folder);
  return mkdir(group.c_str(), 0755) == 0 ? group : std::string();
}

void remove_control_group(const std::string& folder) {
  for (const auto& group : groups_of_tasks(folder)) remove_group(group);
  remove_group(group_of(folder));
  umount2((folder + "/cgroup").c_str(), MNT_DETACH | UMOUNT_NOFOLLOW);
}

}  // namespace reentry::lab
