#include "collect/cloud_init.hpp"

#include <gtest/gtest.h>

namespace reentry {
namespace {

TEST(CollectCloudInit, NothingWithoutIt) {
  MemoryTree tree;
  Facts facts;
  collect_cloud_init(tree, facts);
  EXPECT_TRUE(facts.cloud.collected);
  EXPECT_FALSE(facts.cloud.installed);
}

TEST(CollectCloudInit, ReadsWhatItWasToldAndWhatItDid) {
  MemoryTree tree;
  tree.put_file(HostPath("/etc/cloud/cloud.cfg"), "users:\n - default\nssh_pwauth: false\n");
  tree.put_file(HostPath("/etc/cloud/cloud.cfg.d/90.cfg"), "ssh_pwauth: true\n");
  tree.put_file(HostPath("/var/lib/cloud/data/instance-id"), "i-1\n");
  tree.put_file(HostPath("/var/lib/cloud/instance/sem/config_ssh"), "");
  tree.put_file(HostPath("/var/lib/cloud/data/result.json"), "{\"v1\": {\"errors\": [\"e\"]}}");
  Facts facts;
  collect_cloud_init(tree, facts);
  const CloudInitFacts& cloud = facts.cloud;
  EXPECT_TRUE(cloud.installed);
  EXPECT_TRUE(cloud.keys_done);
  EXPECT_EQ(cloud.instance_id, "i-1");
  EXPECT_EQ(cloud.settings.at("ssh_pwauth").value, "true");
  EXPECT_EQ(cloud.errors.size(), 1U);
  EXPECT_EQ(cloud.disabled_by, "");
}

TEST(CollectCloudInit, ThreeWaysToSwitchItOff) {
  MemoryTree tree;
  tree.put_file(HostPath("/etc/cloud/cloud-init.disabled"), "");
  Facts facts;
  collect_cloud_init(tree, facts);
  EXPECT_EQ(facts.cloud.disabled_by, "/etc/cloud/cloud-init.disabled");
  MemoryTree masked;
  masked.put_directory(HostPath("/etc/cloud"));
  masked.put_symlink(HostPath("/etc/systemd/system/cloud-init.service"), "/dev/null");
  Facts by_mask;
  collect_cloud_init(masked, by_mask);
  EXPECT_EQ(by_mask.cloud.disabled_by, "/etc/systemd/system/cloud-init.service");
  MemoryTree menu;
  menu.put_directory(HostPath("/etc/cloud"));
  Facts by_word;
  by_word.system.kernels = parse_grub_config("linux /boot/v ro cloud-init=disabled\n", "/boot/grub/grub.cfg");
  collect_cloud_init(menu, by_word);
  EXPECT_EQ(by_word.cloud.disabled_by, "/boot/grub/grub.cfg");
}

}  // namespace
}  // namespace reentry
