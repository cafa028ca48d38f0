#include "facts/packages.hpp"

#include <gtest/gtest.h>

namespace reentry {
namespace {

TEST(Packages, OnlyWhatIsUnderWayIsUnfinished) {
  const auto found = unfinished_packages(
      "Package: a\nStatus: install ok installed\nDescription: x\n Status: install ok unpacked\n\n"
      "Package: openssh-server\nStatus: install ok half-configured\n\nPackage: b\nStatus: deinstall ok "
      "config-files\n\n"
      "Package: c\nStatus: install reinstreq half-installed\n\nPackage: d\nStatus: purge ok not-installed\n",
      "/s");
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].name, "openssh-server");
  EXPECT_EQ(found[0].state, "half-configured");
  EXPECT_EQ(found[0].line, 7U);
  EXPECT_FALSE(found[0].reinstall);
  EXPECT_EQ(found[1].name, "c");
  EXPECT_TRUE(found[1].reinstall);
}

TEST(Packages, PackagesThatSshStandsOn) {
  EXPECT_TRUE(bears_on_ssh("openssh-server"));
  EXPECT_TRUE(bears_on_ssh("libssl3"));
  EXPECT_TRUE(bears_on_ssh("libc6"));
  EXPECT_FALSE(bears_on_ssh("libc6-dev"));
  EXPECT_FALSE(bears_on_ssh("vim"));
}

TEST(Packages, SumsAndDiversionsAndLists) {
  const auto sums = parse_md5sums("8ec138e332aa1fbc3f081c17e81b62f9  usr/sbin/sshd\nshort  x\n");
  ASSERT_EQ(sums.size(), 1U);
  EXPECT_EQ(sums.begin()->first, "/usr/sbin/sshd");
  const auto diversions = parse_diversions("/bin/sh\n/bin/sh.distrib\ndash\n/half\n");
  ASSERT_EQ(diversions.size(), 1U);
  EXPECT_EQ(diversions.at("/bin/sh").to, "/bin/sh.distrib");
  EXPECT_EQ(diversions.at("/bin/sh").by, "dash");
  EXPECT_TRUE(lists_path("/.\n/usr/sbin/sshd\n", "/usr/sbin/sshd"));
  EXPECT_FALSE(lists_path("/usr/sbin/sshd-x\n/a/usr/sbin/sshd\n", "/usr/sbin/sshd"));
}

}  // namespace
}  // namespace reentry
