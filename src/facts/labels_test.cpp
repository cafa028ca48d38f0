#include "facts/labels.hpp"

#include <gtest/gtest.h>

namespace reentry {
namespace {

TEST(SelinuxConfig, TheFirstKnownModeAndTheLastTypeCount) {
  const SelinuxConfig config = parse_selinux_config(
      "# SELINUX=disabled\nSELINUX=nonsense\n SELINUX= Enforcing \nSELINUX=disabled\nSELINUXTYPE=mls\n"
      "SELINUXTYPE=targeted  \n");
  EXPECT_EQ(config.mode, SelinuxMode::enforcing);
  EXPECT_EQ(config.mode_line, 3U);
  EXPECT_EQ(config.type, "targeted");
}

TEST(SelinuxConfig, ATypeNeverLeadsToAnotherFolder) {
  EXPECT_EQ(parse_selinux_config("SELINUXTYPE=../../etc\n").type, "targeted");
  EXPECT_EQ(parse_selinux_config("SELINUXTYPE=..\n").type, "targeted");
}

TEST(KernelWords, TheLastValueCounts) {
  const KernelWords words =
      parse_kernel_words("/vmlinuz ro selinux=0 security=apparmor enforcing=0 selinux=1\n");
  EXPECT_EQ(words.selinux, true);
  EXPECT_EQ(words.enforcing, false);
  EXPECT_EQ(words.security, "apparmor");
  EXPECT_EQ(words.lsm, std::nullopt);
}

TEST(BootFiles, LinesOfGrubAndOfBootEntries) {
  EXPECT_EQ(boot_command_lines("set x=1\n\tlinux\t/vmlinuz ro selinux=0\n\tinitrd /i\nlinux16 /v\n"),
            (std::vector<std::string>{"\t/vmlinuz ro selinux=0", " /v"}));
  EXPECT_EQ(boot_command_lines("title x\noptions root=/dev/a enforcing=0\n"),
            (std::vector<std::string>{" root=/dev/a enforcing=0"}));
}

TEST(AppArmor, TheProfileOfSshdThatIsEnforced) {
  EXPECT_EQ(enforced_profile("/usr/bin/man (enforce)\n/usr/sbin/sshd (enforce)\n", "/usr/sbin/sshd"),
            "/usr/sbin/sshd");
  EXPECT_EQ(enforced_profile("sshd (enforce)\n", "/usr/sbin/sshd"), "sshd");
  EXPECT_EQ(enforced_profile("/usr/{,s}bin/sshd (enforce)\n", "/usr/sbin/sshd"), "/usr/{,s}bin/sshd");
  EXPECT_EQ(enforced_profile("/usr/sbin/sshd (complain)\nlsb_release (enforce)\n", "/usr/sbin/sshd"), "");
}

TEST(AppArmor, AProfileOnTheDisk) {
  EXPECT_TRUE(confines("#include <tunables/global>\n/usr/sbin/sshd {\n  capability,\n}\n", "/usr/sbin/sshd"));
  EXPECT_TRUE(confines("profile sshd /usr/{,s}bin/sshd flags=(attach_disconnected) {\n", "/usr/sbin/sshd"));
  EXPECT_FALSE(confines("/usr/sbin/sshd flags=(complain) {\n", "/usr/sbin/sshd"));
  EXPECT_FALSE(confines("/usr/sbin/other {\n  /usr/sbin/sshd rix,\n}\n", "/usr/sbin/sshd"));
}

TEST(Label, ItsTypeIsTheThirdPart) {
  EXPECT_EQ(type_of_label("system_u:object_r:etc_t:s0:c0,c1"), "etc_t");
  EXPECT_EQ(type_of_label("system_u:object_r:etc_t"), "etc_t");
  EXPECT_EQ(type_of_label("etc_t"), "");
  EXPECT_EQ(type_of_label(""), "");
}

}  // namespace
}  // namespace reentry
