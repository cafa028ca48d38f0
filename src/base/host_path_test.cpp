#include "base/host_path.hpp"

#include <gtest/gtest.h>

namespace reentry {
namespace {

TEST(HostPath, IsAbsoluteAndLexicallyClean) {
  EXPECT_EQ(HostPath("/etc//ssh/./sshd_config/").str(), "/etc/ssh/sshd_config");
  EXPECT_EQ(HostPath("etc/ssh").str(), "/etc/ssh");
  EXPECT_EQ(HostPath("").str(), "/");
  EXPECT_EQ(HostPath("///").str(), "/");
}

TEST(HostPath, KeepsDotDotForTheTreeToResolve) {
  EXPECT_EQ(HostPath("/a/../b").str(), "/a/../b");
}

TEST(HostPath, JoinsAsSshdDoes) {
  EXPECT_EQ((HostPath("/home/alice") / ".ssh/authorized_keys").str(), "/home/alice/.ssh/authorized_keys");
  EXPECT_EQ((HostPath("/home/alice") / "/etc/keys").str(), "/etc/keys");
  EXPECT_EQ((HostPath() / "etc").str(), "/etc");
  EXPECT_EQ((HostPath("/etc") / "").str(), "/etc");
}

TEST(HostPath, ParentAndName) {
  EXPECT_EQ(HostPath("/etc/ssh").parent().str(), "/etc");
  EXPECT_EQ(HostPath("/etc").parent().str(), "/");
  EXPECT_EQ(HostPath().parent().str(), "/");
  EXPECT_EQ(HostPath("/etc/ssh").name(), "ssh");
  EXPECT_EQ(HostPath().name(), "");
}

TEST(HostPath, IsWithinGoesByComponents) {
  EXPECT_TRUE(HostPath("/home/alice/.ssh").is_within(HostPath("/home/alice")));
  EXPECT_TRUE(HostPath("/home/alice").is_within(HostPath("/home/alice")));
  EXPECT_FALSE(HostPath("/home/alice2").is_within(HostPath("/home/alice")));
  EXPECT_TRUE(HostPath("/x").is_within(HostPath()));
}

}  // namespace
}  // namespace reentry
