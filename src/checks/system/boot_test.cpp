// What is said and mended of a host that would not start as far as sshd.
#include <gtest/gtest.h>

#include "support/one_finding.hpp"

namespace reentry {
namespace {

Finding mount_finding(const std::string& fstab, std::size_t line, const std::string& text,
                      const std::string& option, const std::string& meant) {
  Facts facts = testing::small_host();
  testing::put_file(facts, "/etc/fstab", fstab);
  Obstacle obstacle{Cause::system_boot_mount, {"file", "/etc/fstab", line, text}, {}, {}};
  obstacle.details = {{"problem", option.empty() ? "type" : "option"}, {"where", "/a"}, {"spec", "/dev/x"}};
  if (!option.empty())
    obstacle.details.insert(obstacle.details.end(), {{"option", option}, {"meant", meant}});
  return testing::finding_of(facts, obstacle);
}

TEST(BootMount, NofailGoesIntoTheFieldOfOptions) {
  const Finding finding =
      mount_finding("# x\n/dev/x  /a\text44  defaults  0 2\n", 2, "/dev/x  /a\text44  defaults  0 2", "", "");
  ASSERT_EQ(finding.remedies.size(), 1U);
  EXPECT_EQ(finding.remedies[0].risk, Risk::choice);
  EXPECT_EQ(testing::after(finding.remedies[0].steps), "# x\n/dev/x  /a\text44  defaults,nofail  0 2\n");
}

TEST(BootMount, AMisspeltOptionIsSpelt) {
  const Finding finding =
      mount_finding("/dev/x /a ext4 ro,nofial 0 2\n", 1, "/dev/x /a ext4 ro,nofial 0 2", "nofial", "nofail");
  ASSERT_EQ(finding.remedies.size(), 2U);
  EXPECT_EQ(testing::after(finding.remedies[0].steps), "/dev/x /a ext4 ro,nofail 0 2\n");
}

TEST(BootMount, ALineWithoutOptionsIsForAPerson) {
  EXPECT_EQ(mount_finding("/dev/x /a\n", 1, "/dev/x /a", "", "").remedies.at(0).risk, Risk::manual);
}

TEST(BootArguments, TheWordLeavesTheDailyEntriesAlone) {
  const std::string menu =
      "menuentry 'a' {\nlinux /boot/v ro single quiet\n}\nmenuentry 'a (recovery mode)' {\nlinux /boot/v ro "
      "single\n}\n";
  Facts facts = testing::small_host();
  testing::put_file(facts, "/boot/grub/grub.cfg", menu);
  facts.system.kernels = parse_grub_config(menu, "/boot/grub/grub.cfg");
  const Finding finding = testing::finding_of(facts, {Cause::system_boot_arguments,
                                                      {"file", "/boot/grub/grub.cfg", 2, "linux"},
                                                      {},
                                                      {{"argument", "single"}, {"target", "rescue.target"}}});
  EXPECT_EQ(testing::after(finding.remedies.at(0).steps),
            "menuentry 'a' {\nlinux /boot/v ro quiet\n}\nmenuentry 'a (recovery mode)' {\nlinux /boot/v ro "
            "single\n}\n");
}

TEST(BootTarget, TheAdministratorsLinkGoesWherePackagesHaveABetterOne) {
  Facts facts = testing::small_host();
  testing::put_file(facts, "/etc/systemd/system/default.target", "/lib/systemd/system/rescue.target");
  const Obstacle obstacle{Cause::system_boot_target,
                          {"file", "/etc/systemd/system/default.target", 0, {}},
                          {},
                          {{"problem", "target"}, {"target", "rescue.target"}}};
  EXPECT_EQ(testing::finding_of(facts, obstacle).remedies.at(0).risk, Risk::manual);
  facts.system.vendor_target_name = "graphical.target";
  EXPECT_EQ(testing::finding_of(facts, obstacle).remedies.at(0).risk, Risk::choice);
}

}  // namespace
}  // namespace reentry
