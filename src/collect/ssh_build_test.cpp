#include "collect/ssh_build.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <string>

#include "collect/package_version.hpp"

namespace reentry {
namespace {

const std::string kStatus =
    "Package: adduser\nStatus: install ok installed\nVersion: 3.134\n\n"
    "Package: openssh-server\nStatus: install ok installed\nVersion: 1:9.2p1-2+deb12u3\nDepends: x\n\n"
    "Package: openssh-sftp-server\nStatus: install ok installed\nVersion: 1:1.0p1-1\n";

MemoryTree debian() {
  MemoryTree tree;
  tree.put_file(HostPath("/etc/os-release"), "ID=debian\nPRETTY_NAME=\"Debian\"\n");
  tree.put_file(HostPath("/var/lib/dpkg/status"), kStatus);
  return tree;
}

TEST(SshBuild, ThePackageDatabaseSpeaksForAProgramThatIsGone) {
  MemoryTree tree = debian();
  const SshBuild build = collect_ssh_build(tree);
  EXPECT_TRUE(build.version_known);
  EXPECT_EQ(build.version, (SshVersion{9, 2, 1}));
  EXPECT_EQ(build.text, "9.2p1");
  EXPECT_EQ(build.package, "openssh-server 1:9.2p1-2+deb12u3");
  EXPECT_EQ(build.vendor, Vendor::debian);
  EXPECT_TRUE(build.libwrap);
  EXPECT_EQ(build.privsep_directory, "/run/sshd");
}

TEST(SshBuild, WithoutAnySourceTheVersionIsNotKnown) {
  MemoryTree tree;
  const SshBuild build = collect_ssh_build(tree);
  EXPECT_FALSE(build.version_known);
  EXPECT_EQ(build.vendor, Vendor::upstream);
}

TEST(SshBuild, ThisMachinesOwn) {
  if (::access("/usr/sbin/sshd", R_OK) != 0) GTEST_SKIP() << "no sshd here";
  const auto tree = open_disk_tree("/");
  ASSERT_TRUE(tree);
  const SshBuild build = collect_ssh_build(**tree);
  FILE* pipe = ::popen("/usr/sbin/sshd -V 2>&1 || ssh -V 2>&1", "r");
  ASSERT_NE(pipe, nullptr);
  std::array<char, 512> said{};
  const std::size_t got = std::fread(said.data(), 1, said.size() - 1, pipe);
  ::pclose(pipe);
  const std::string version =
      "OpenSSH_" + std::to_string(build.version.major) + "." + std::to_string(build.version.minor);
  EXPECT_NE(std::string(said.data(), got).find(version), std::string::npos) << said.data();
  EXPECT_EQ(build.read_from, "/usr/sbin/sshd");
}

TEST(SshBuild, RelativesOfAVendor) {
  const auto vendor_of = [](const std::string& os_release) {
    MemoryTree tree;
    tree.put_file(HostPath("/etc/os-release"), os_release);
    return collect_ssh_build(tree).vendor;
  };
  EXPECT_EQ(vendor_of("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n"), Vendor::ubuntu);
  EXPECT_EQ(vendor_of("ID=\"amzn\"\nID_LIKE=\"fedora\"\n"), Vendor::amazon);
  EXPECT_EQ(vendor_of("ID='rocky'\n"), Vendor::redhat);
  EXPECT_EQ(vendor_of("ID=opensuse-leap\n"), Vendor::suse);
  EXPECT_EQ(vendor_of("ID=nixos\n"), Vendor::upstream);
}

TEST(PackageVersion, OfOtherPackageManagers) {
  MemoryTree alpine;
  alpine.put_file(HostPath("/lib/apk/db/installed"),
                  "C:Q1x=\nP:musl\nV:1.2.5-r0\n\nC:Q1y=\nP:openssh-server\nV:9.7_p1-r4\n\n");
  const auto apk = package_version(alpine, "openssh-server");
  ASSERT_TRUE(apk);
  EXPECT_EQ(apk->version, "9.7_p1-r4");
  MemoryTree arch;
  arch.put_file(HostPath("/var/lib/pacman/local/openssh-9.8p1-1/desc"), "");
  arch.put_file(HostPath("/var/lib/pacman/local/openssh-askpass-1.0-1/desc"), "");
  const auto pacman = package_version(arch, "openssh");
  ASSERT_TRUE(pacman);
  EXPECT_EQ(pacman->version, "9.8p1-1");
}

TEST(PackageVersion, APackageThatLeftItsConfigurationBehindIsNotThere) {
  MemoryTree tree;
  tree.put_file(HostPath("/var/lib/dpkg/status"),
                "Package: openssh-server\nStatus: deinstall ok config-files\nVersion: 1:9.2p1-2\n\n");
  EXPECT_FALSE(package_version(tree, "openssh-server"));
}

TEST(PackageVersion, AParagraphAcrossThePiecesThatAreRead) {
  for (const std::size_t filler : {131'050U, 131'060U, 131'071U, 131'072U, 131'080U}) {
    MemoryTree tree;
    tree.put_file(HostPath("/var/lib/dpkg/status"), "X: " + std::string(filler, 'y') + "\n\n" + kStatus);
    const auto found = package_version(tree, "openssh-server");
    ASSERT_TRUE(found) << filler;
    EXPECT_EQ(found->version, "1:9.2p1-2+deb12u3");
  }
}

TEST(SshdProgram, IsWhatTheUnitStarts) {
  UnitFacts unit;
  EXPECT_EQ(sshd_program(unit).str(), "/usr/sbin/sshd");
  unit.command = {"/opt/openssh/sbin/sshd", "-D"};
  EXPECT_EQ(sshd_program(unit).str(), "/opt/openssh/sbin/sshd");
  unit.command = {"/bin/sh", "-c", "sshd"};
  EXPECT_EQ(sshd_program(unit).str(), "/usr/sbin/sshd");
}

}  // namespace
}  // namespace reentry
