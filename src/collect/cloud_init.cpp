#include "collect/cloud_init.hpp"

#include <algorithm>
#include <string_view>

namespace reentry {
namespace {

constexpr std::size_t kCloudFile = std::size_t{1} << 20U;
constexpr std::size_t kMostCloudFiles = 64;

// The first line of a small file, without its end.
std::string word_in(FileTree& tree, const char* path) {
  const FileFact file = tree.read(HostPath(path), 4096);
  return file.bytes ? file.bytes->substr(0, file.bytes->find_first_of("\r\n")) : std::string();
}

// The generator of cloud-init looks for the file and for the word of the kernel's command line; a mask of the
// unit does the same (tools/cloud-init-generator).
std::string disabled_by(FileTree& tree, const Facts& facts) {
  const HostPath marker("/etc/cloud/cloud-init.disabled");
  if (tree.locate(marker).found()) return marker.str();
  const HostPath unit("/etc/systemd/system/cloud-init.service");
  const PathFact mask = tree.walk_nofollow(unit);
  if (mask.found() && mask.node().link_target == "/dev/null") return unit.str();
  for (const KernelEntry& entry : facts.system.kernels) {
    const auto& words = entry.arguments;
    if (!entry.is_recovery() && std::find(words.begin(), words.end(), "cloud-init=disabled") != words.end())
      return entry.file;
  }
  return {};
}

void collect_settings(FileTree& tree, CloudInitFacts& cloud) {
  const auto read = [&](const HostPath& path) {
    const FileFact file = tree.read(path, kCloudFile);
    if (file.bytes) read_cloud_config(*file.bytes, path.str(), cloud);
  };
  read(HostPath("/etc/cloud/cloud.cfg"));
  const auto more = tree.glob(HostPath("/etc/cloud/cloud.cfg.d/*.cfg"));
  if (!more) return;
  for (std::size_t i = 0; i < std::min(more->size(), kMostCloudFiles); ++i) read((*more)[i]);
}

// sem/config_ssh is there once cc_ssh has run; its neighbours are other modules.
bool has_put_keys(FileTree& tree) {
  const auto names = tree.list(HostPath("/var/lib/cloud/instance/sem"));
  return names && std::any_of(names->begin(), names->end(), [](const std::string& name) {
           return name == "config_ssh" || name.starts_with("config_ssh.");
         });
}

}  // namespace

void collect_cloud_init(FileTree& tree, Facts& facts) {
  CloudInitFacts& cloud = facts.cloud;
  cloud.collected = true;
  cloud.installed =
      tree.locate(HostPath("/etc/cloud")).found() || tree.locate(HostPath("/var/lib/cloud")).found();
  if (!cloud.installed) return;
  cloud.disabled_by = disabled_by(tree, facts);
  collect_settings(tree, cloud);
  // The configuration's own `users` is the image's; only that of the user data leaves the default out.
  cloud.users_without_default = false;
  const std::string user_data = "/var/lib/cloud/instance/user-data.txt";
  const FileFact told = tree.read(HostPath(user_data), kCloudFile);
  if (told.bytes) read_user_data(*told.bytes, user_data, cloud);
  cloud.instance_id = word_in(tree, "/var/lib/cloud/data/instance-id");
  cloud.previous_instance_id = word_in(tree, "/var/lib/cloud/data/previous-instance-id");
  cloud.keys_done = has_put_keys(tree);
  for (const char* path : {"/var/lib/cloud/data/result.json", "/run/cloud-init/result.json"}) {
    const FileFact file = tree.read(HostPath(path), kCloudFile);
    if (file.bytes && !cloud.finished) read_cloud_result(*file.bytes, path, cloud);
  }
  const std::string log = "/var/log/cloud-init-output.log";
  const FileFact said = tree.read(HostPath(log), kCloudFile);
  if (said.bytes) read_cloud_log(*said.bytes, log, cloud);
}

}  // namespace reentry
