#include "collect/system.hpp"

#include <gtest/gtest.h>

namespace reentry {
namespace {

MemoryTree booted_by_systemd() {
  MemoryTree tree;
  tree.put_file(HostPath("/usr/lib/systemd/systemd"), "x", 0755);
  tree.put_symlink(HostPath("/sbin/init"), "/usr/lib/systemd/systemd");
  tree.put_file(HostPath("/usr/lib/systemd/system/graphical.target"), "");
  tree.put_symlink(HostPath("/usr/lib/systemd/system/default.target"), "graphical.target");
  return tree;
}

TEST(CollectSystem, AnotherInitIsLeftAlone) {
  MemoryTree tree;
  tree.put_file(HostPath("/etc/fstab"), "tmpfs /a tmpfz defaults\n");
  tree.put_file(HostPath("/sbin/init"), "x", 0755);
  Facts facts;
  collect_system(tree, facts);
  EXPECT_TRUE(facts.system.collected);
  EXPECT_FALSE(facts.system.systemd);
  EXPECT_TRUE(facts.system.mounts.empty());
}

TEST(CollectSystem, ReadsMountsWithTheirTypesAndDevices) {
  MemoryTree tree = booted_by_systemd();
  tree.put_file(HostPath("/etc/fstab"),
                "UUID=aa / ext4 defaults 0 1\nUUID=bb /srv ext4 defaults\ntmpfs /a tmpfz defaults\n"
                "x /b fuse.sshfs _netdev\ny /c odd defaults\nz /d own defaults\n");
  tree.put_file(HostPath("/sbin/mount.own"), "x", 0755);
  tree.put_directory(HostPath("/lib/modules/6.1/kernel/fs/odd"));
  tree.put_device_links(std::vector<std::string>{"by-uuid/aa"});
  Facts facts;
  collect_system(tree, facts);
  ASSERT_EQ(facts.system.mounts.size(), 6U);
  EXPECT_EQ(facts.system.mounts[1].device, "by-uuid/bb");
  EXPECT_FALSE(facts.system.mounts[2].type_known);
  EXPECT_TRUE(facts.system.mounts[3].type_known);
  EXPECT_TRUE(facts.system.mounts[4].type_known);
  EXPECT_TRUE(facts.system.mounts[5].type_known);
  ASSERT_TRUE(facts.system.devices);
  EXPECT_EQ(facts.system.default_target_name, "graphical.target");
}

TEST(CollectSystem, TheAdministratorsTargetComesFirst) {
  MemoryTree tree = booted_by_systemd();
  tree.put_symlink(HostPath("/etc/systemd/system/default.target"), "/usr/lib/systemd/system/rescue.target");
  Facts facts;
  collect_system(tree, facts);
  EXPECT_TRUE(facts.system.default_target.found());
  EXPECT_EQ(facts.system.default_target_name, "");
  EXPECT_EQ(facts.system.vendor_target_name, "graphical.target");
  tree = booted_by_systemd();
  tree.put_file(HostPath("/usr/lib/systemd/system/rescue.target"), "");
  tree.put_symlink(HostPath("/etc/systemd/system/default.target"), "/usr/lib/systemd/system/rescue.target");
  Facts again;
  collect_system(tree, again);
  EXPECT_EQ(again.system.default_target_name, "rescue.target");
}

TEST(CollectSystem, AnAliasIsFollowedByItsName) {
  MemoryTree tree = booted_by_systemd();
  tree.put_symlink(HostPath("/etc/systemd/system/default.target"), "graphical.target");
  Facts facts;
  collect_system(tree, facts);
  EXPECT_EQ(facts.system.default_target_name, "graphical.target");
  tree = booted_by_systemd();
  tree.put_symlink(HostPath("/etc/systemd/system/default.target"), "/dev/null");
  Facts masked;
  collect_system(tree, masked);
  EXPECT_EQ(masked.system.default_target_name, "null");
}

TEST(CollectSystem, KernelsOfTheMenuAreLookedFor) {
  MemoryTree tree = booted_by_systemd();
  tree.put_file(
      HostPath("/boot/grub/grub.cfg"),
      "menuentry 'a' {\nlinux /boot/vmlinuz-1 ro\n}\nmenuentry 'b' {\nlinux /boot/vmlinuz-2 ro\n}\n");
  tree.put_file(HostPath("/boot/vmlinuz-2"), "x");
  Facts facts;
  collect_system(tree, facts);
  ASSERT_EQ(facts.system.kernel_files.size(), 2U);
  EXPECT_FALSE(facts.system.kernel_files[0].found());
  EXPECT_TRUE(facts.system.kernel_files[1].found());
}

}  // namespace
}  // namespace reentry
