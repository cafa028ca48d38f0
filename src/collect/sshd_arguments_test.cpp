#include "collect/sshd_arguments.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "collect/sshd_config.hpp"

namespace reentry {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

constexpr const char* kDebianUnit =
    "[Unit]\nDescription=OpenBSD Secure Shell server\n\n[Service]\nEnvironmentFile=-/etc/default/ssh\n"
    "ExecStartPre=/usr/sbin/sshd -t\nExecStart=/usr/sbin/sshd -D $SSHD_OPTS\n";

MemoryTree debian() {
  MemoryTree tree;
  tree.put_file(HostPath("/lib/systemd/system/ssh.service"), kDebianUnit);
  tree.put_file(HostPath("/lib/systemd/system/ssh.socket"), "[Socket]\nListenStream=22\nAccept=no\n");
  tree.put_symlink(HostPath("/etc/systemd/system/sshd.service"), "/lib/systemd/system/ssh.service");
  tree.put_symlink(HostPath("/etc/systemd/system/multi-user.target.wants/ssh.service"),
                   "/lib/systemd/system/ssh.service");
  return tree;
}

TEST(CollectUnit, FindsTheUnitAndItsState) {
  MemoryTree tree = debian();
  const UnitFacts unit = collect_unit(tree);
  EXPECT_TRUE(unit.found);
  EXPECT_EQ(unit.name, "ssh.service");
  EXPECT_TRUE(unit.enabled);
  EXPECT_FALSE(unit.masked);
  EXPECT_FALSE(unit.socket_enabled);
  EXPECT_THAT(unit.command, ElementsAre("/usr/sbin/sshd", "-D"));
  EXPECT_EQ(unit.command_at.line, 7U);
}

TEST(CollectUnit, NoUnit) {
  MemoryTree tree;
  EXPECT_FALSE(collect_unit(tree).found);
  EXPECT_FALSE(collect_sshd_arguments(tree).config_file) << "what is built in";
}

TEST(CollectUnit, LinkToNullIsMasked) {
  MemoryTree tree = debian();
  tree.put_symlink(HostPath("/etc/systemd/system/ssh.service"), "/dev/null");
  EXPECT_TRUE(collect_unit(tree).masked);
}

TEST(CollectArguments, SomeEndSshdAtOnce) {
  MemoryTree tree = debian();
  const auto refused = [&](const std::string& options) {
    tree.put_file(HostPath("/etc/default/ssh"), "SSHD_OPTS=\"" + options + "\"\n");
    const SshdArguments arguments = collect_sshd_arguments(tree);
    return arguments.refused.empty() ? std::string() : arguments.refused.front().second;
  };
  EXPECT_EQ(refused("-4 -u0 -q"), "");
  EXPECT_EQ(refused("-q -C user=alice"), "-C user=alice");
  EXPECT_EQ(refused("-Z"), "-Z");
  EXPECT_EQ(refused("-T"), "-T");
}

TEST(CollectArguments, OptionsFromTheEnvironmentFile) {
  MemoryTree tree = debian();
  tree.put_file(HostPath("/etc/default/ssh"),
                "# options\nSSHD_OPTS=\"-p 2222 -o PasswordAuthentication=no\"\n");
  const SshdArguments arguments = collect_sshd_arguments(tree);
  EXPECT_THAT(arguments.ports, ElementsAre("2222"));
  EXPECT_THAT(arguments.options, ElementsAre(Pair("PasswordAuthentication=no", "/etc/default/ssh:2")));
}

MemoryTree redhat() {
  MemoryTree tree;
  tree.put_file(
      HostPath("/usr/lib/systemd/system/sshd.service"),
      "[Service]\nEnvironmentFile=-/etc/crypto-policies/back-ends/opensshserver.config\n"
      "EnvironmentFile=-/etc/sysconfig/sshd\nExecStart=/usr/sbin/sshd -D $OPTIONS $CRYPTO_POLICY\n");
  tree.put_file(HostPath("/etc/crypto-policies/back-ends/opensshserver.config"),
                "CRYPTO_POLICY='-oCiphers=aes256-ctr -oMACs=hmac-sha2-256'\n");
  return tree;
}

TEST(CollectArguments, CryptoPolicyOfRedHat) {
  MemoryTree tree = redhat();
  EXPECT_THAT(collect_sshd_arguments(tree).options,
              ElementsAre(Pair("Ciphers=aes256-ctr", testing::_), Pair("MACs=hmac-sha2-256", testing::_)));
}

TEST(CollectArguments, CryptoPolicyOptedOut) {
  MemoryTree tree = redhat();
  tree.put_file(HostPath("/etc/sysconfig/sshd"), "CRYPTO_POLICY=\n");
  EXPECT_THAT(collect_sshd_arguments(tree).options, IsEmpty());
}

TEST(CollectArguments, DropInReplacesTheCommand) {
  MemoryTree tree = debian();
  tree.put_file(HostPath("/etc/systemd/system/ssh.service.d/10-x.conf"),
                "[Service]\nExecStart=\nExecStart=/usr/sbin/sshd -D -f /etc/ssh/other \\\n  -h /etc/ssh/k\n");
  const SshdArguments arguments = collect_sshd_arguments(tree);
  EXPECT_EQ(arguments.config_file.value().str(), "/etc/ssh/other");
  EXPECT_THAT(arguments.host_keys, ElementsAre("/etc/ssh/k"));
  EXPECT_EQ(arguments.source, "/etc/systemd/system/ssh.service.d/10-x.conf");
}

TEST(CollectArguments, DropInsGoByNameAndTheBetterDirectoryHides) {
  MemoryTree tree = debian();
  const auto drop_in = [&tree](const std::string& path, const std::string& port) {
    tree.put_file(HostPath(path), "[Service]\nExecStart=\nExecStart=/usr/sbin/sshd -D -p " + port + "\n");
  };
  drop_in("/etc/systemd/system/ssh.service.d/10-a.conf", "1");
  drop_in("/lib/systemd/system/ssh.service.d/10-a.conf", "2");
  drop_in("/lib/systemd/system/ssh.service.d/05-b.conf", "3");
  EXPECT_THAT(collect_sshd_arguments(tree).ports, ElementsAre("1"));
}

TEST(CollectArguments, EnabledSocketListens) {
  MemoryTree tree = debian();
  tree.put_symlink(HostPath("/etc/systemd/system/sockets.target.wants/ssh.socket"),
                   "/lib/systemd/system/ssh.socket");
  tree.put_file(HostPath("/etc/systemd/system/ssh.socket.d/port.conf"),
                "[Socket]\nListenStream=\nListenStream=2222\n");
  EXPECT_THAT(collect_sshd_arguments(tree).listen_streams, ElementsAre("2222"));
}

TEST(CollectArguments, GeneratedSocketFollowsTheConfiguration) {
  MemoryTree tree = debian();
  tree.put_symlink(HostPath("/etc/systemd/system/sockets.target.wants/ssh.socket"),
                   "/lib/systemd/system/ssh.socket");
  tree.put_file(HostPath("/usr/lib/systemd/system-generators/sshd-socket-generator"), "ELF", 0755);
  EXPECT_THAT(collect_sshd_arguments(tree).listen_streams, IsEmpty());
}

TEST(CollectSshdConfig, ReadsIncludesOfTheTree) {
  MemoryTree tree;
  tree.put_file(HostPath("/etc/ssh/sshd_config"), "Include /etc/ssh/sshd_config.d/*.conf\nPort 22\n");
  tree.put_file(HostPath("/etc/ssh/sshd_config.d/10.conf"), "Port 2222\n");
  tree.put_directory(HostPath("/etc/ssh/sshd_config.d/20.conf"));
  const SshBuild build;
  const SshdConfig config = collect_sshd_config(tree, {}, build);
  EXPECT_TRUE(config.acceptable());
  EXPECT_THAT(effective_config(config, build, {})["port"].values, ElementsAre("2222", "22"));
}

TEST(CollectSshdConfig, DanglingLinkEndsSshdWithStatusOne) {
  MemoryTree tree;
  tree.put_file(HostPath("/etc/ssh/sshd_config"), "Include /etc/ssh/d/*.conf\n");
  tree.put_symlink(HostPath("/etc/ssh/d/x.conf"), "/gone");
  const SshdConfig config = collect_sshd_config(tree, {}, SshBuild{});
  ASSERT_NE(config.first_stopper(), nullptr);
  EXPECT_EQ(config.first_stopper()->exit_status, 1);
  EXPECT_EQ(config.first_stopper()->message, "/etc/ssh/d/x.conf: No such file or directory");
}

TEST(CollectSshdConfig, UnreadableFileIsNotEmpty) {
  MemoryTree tree;
  tree.put_file(HostPath("/etc/ssh/sshd_config"), "Port 22\n");
  tree.put_error(HostPath("/etc/ssh/sshd_config"), PathEnd::denied);
  const SshdConfig config = collect_sshd_config(tree, {}, SshBuild{});
  ASSERT_EQ(config.unread.size(), 1U);
  EXPECT_EQ(config.unread[0].why, Why::denied);
}

}  // namespace
}  // namespace reentry
