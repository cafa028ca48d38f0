#include <gtest/gtest.h>

#include "login/gates.hpp"

namespace reentry {
namespace {

class SystemGates : public ::testing::Test {
 protected:
  SystemGates() {
    facts_.system.collected = true;
    facts_.system.systemd = true;
  }
  void fstab(const std::string& line) {
    facts_.system.mounts.clear();
    for (BootMount& mount : mounts_of_boot(parse_fstab(line))) {
      MountFact fact;
      fact.device = device_link_of(mount.entry.spec);
      fact.type_known = mount.entry.type != "ext44";
      fact.mount = std::move(mount);
      facts_.system.mounts.push_back(std::move(fact));
    }
  }
  Gate boot() {
    const std::vector<Gate> gates = system_gates(facts_, When::next_start);
    return gates.empty() ? Gate{} : gates.front();
  }
  void target(const std::string& name) {
    PathNode node;
    node.path = HostPath("/etc/systemd/system/default.target");
    node.stat.type = FileType::symlink;
    node.link_target = "/lib/systemd/system/" + name;
    facts_.system.default_target.asked = node.path;
    facts_.system.default_target.end = PathEnd::found;
    facts_.system.default_target.visited = {node};
    facts_.system.default_target_name = name;
  }
  Facts facts_;
};

TEST_F(SystemGates, AHealthyHostPassesAndAnotherInitIsNotJudged) {
  fstab("UUID=aa / ext4 defaults 0 1\ntmpfs /a tmpfs defaults\n");
  target("multi-user.target");
  EXPECT_EQ(boot().result, GateResult::pass);
  facts_.system.systemd = false;
  EXPECT_TRUE(system_gates(facts_, When::next_start).empty());
}

TEST_F(SystemGates, ATypeOrOptionThatDoesNotExistStopsTheBoot) {
  fstab("/dev/x /a ext44 defaults\n");
  EXPECT_EQ(boot().result, GateResult::refuse);
  EXPECT_EQ(boot().obstacles.at(0).detail("problem"), "type");
  fstab("/dev/x /a ext4 defaults,nofial\n");
  EXPECT_EQ(boot().obstacles.at(0).detail("meant"), "nofail");
  fstab("/dev/x /a ext44 nofail\n");
  EXPECT_EQ(boot().result, GateResult::pass);
  fstab("/srv /a none bind,nofial\n");
  EXPECT_EQ(boot().result, GateResult::pass);
}

TEST_F(SystemGates, AFileIsNoMountPoint) {
  fstab("/dev/x /a ext4 defaults\n");
  PathNode node;
  node.stat.type = FileType::regular;
  facts_.system.mounts[0].where.end = PathEnd::found;
  facts_.system.mounts[0].where.visited = {node};
  EXPECT_EQ(boot().result, GateResult::refuse);
  EXPECT_TRUE(boot().obstacles.at(0).certain);
}

TEST_F(SystemGates, ADiskThatIsNotSeenFromHereIsARiskAlone) {
  fstab("UUID=bb /a ext4 defaults\n");
  facts_.system.devices = std::vector<std::string>{"by-uuid/aa"};
  EXPECT_EQ(boot().result, GateResult::pass);
  ASSERT_EQ(boot().obstacles.size(), 1U);
  EXPECT_EQ(boot().obstacles[0].detail("seen"), "from-here");
  facts_.system.devices = std::vector<std::string>{"by-uuid/bb"};
  EXPECT_TRUE(boot().obstacles.empty());
  facts_.system.devices = Missing{Why::absent, "/dev/disk", {}};
  EXPECT_TRUE(boot().obstacles.empty());
}

TEST_F(SystemGates, WhatCannotBeReadIsNotFine) {
  facts_.system.unread.push_back({Why::denied, "/etc/fstab", {}});
  EXPECT_EQ(boot().result, GateResult::unknown);
}

TEST_F(SystemGates, TargetsWithoutLoginsRefuse) {
  for (const char* name : {"rescue.target", "emergency.target", "", "null", "basic.target"}) {
    target(name);
    EXPECT_EQ(boot().result, GateResult::refuse) << name;
  }
  facts_.unit.socket_enabled = true;
  EXPECT_EQ(boot().result, GateResult::pass);
  facts_.target.kind = TargetKind::live;
  target("rescue.target");
  EXPECT_EQ(boot().result, GateResult::refuse);
  EXPECT_TRUE(system_gates(facts_, When::now).empty());
}

TEST_F(SystemGates, ArgumentsOfEveryDailyEntryRefuse) {
  facts_.system.kernels = parse_grub_config(
      "menuentry 'a' {\nlinux /boot/v ro single\n}\nmenuentry 'b' {\nlinux /boot/v ro single\n}\n", "/g");
  EXPECT_EQ(boot().result, GateResult::refuse);
  facts_.system.kernels[1].arguments = {"ro"};
  EXPECT_EQ(boot().result, GateResult::pass);
  EXPECT_FALSE(boot().obstacles.at(0).certain);
  facts_.system.kernels[0].title = "a (recovery mode)";
  EXPECT_TRUE(boot().obstacles.empty());
}

TEST_F(SystemGates, AMenuWithoutItsKernelsRefuses) {
  facts_.system.kernels = parse_grub_config("menuentry 'a' {\nlinux /boot/v ro\n}\n", "/g");
  facts_.system.kernel_files.emplace_back();
  EXPECT_EQ(boot().result, GateResult::refuse);
  EXPECT_EQ(boot().obstacles.at(0).cause, Cause::system_boot_kernel);
}

}  // namespace
}  // namespace reentry
