#include "collect/packages.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/digest.hpp"

namespace reentry {
namespace {

using testing::ElementsAre;

void put_aged(MemoryTree& tree, const std::string& path, const std::string& bytes, std::int64_t mtime) {
  PathNode node;
  node.path = HostPath(path);
  node.stat.type = FileType::regular;
  node.stat.mode = 0755;
  node.stat.size = bytes.size();
  node.stat.mtime = mtime;
  tree.put_file(HostPath(path), bytes);
  tree.put_node(node, bytes);
}

MemoryTree debian() {
  MemoryTree tree;
  tree.put_file(HostPath("/var/lib/dpkg/status"), "Package: openssh-server\nStatus: install ok unpacked\n");
  put_aged(tree, "/var/lib/dpkg/info/openssh-server.list", "/.\n/usr/sbin/sshd\n/usr/lib/x.so\n", 1000);
  put_aged(tree, "/var/lib/dpkg/info/other.list", "/.\n/usr/lib/libother.so.1\n", 1000);
  tree.put_file(HostPath("/var/lib/dpkg/info/openssh-server.md5sums"),
                hex(md5("sshd")) + "  usr/sbin/sshd\n" + hex(md5("x")) + "  usr/lib/x.so\n" + hex(md5("d")) +
                    "  usr/share/doc/d\n");
  put_aged(tree, "/usr/sbin/sshd", "sshd", 500);
  put_aged(tree, "/usr/lib/x.so", "x", 500);
  return tree;
}

TEST(CollectPackages, AFileThatIsNewerThanItsPackageIsCompared) {
  MemoryTree tree = debian();
  EXPECT_TRUE(changed_files(tree, "openssh-server", false).empty());
  put_aged(tree, "/usr/sbin/sshd", "sshe", 500);
  EXPECT_TRUE(changed_files(tree, "openssh-server", false).empty());
  EXPECT_THAT(changed_files(tree, "openssh-server", true),
              ElementsAre(ChangedFile{"/usr/sbin/sshd", "openssh-server", false}));
  MemoryTree newer = debian();
  put_aged(newer, "/usr/sbin/sshd", "sshe", 2000);
  EXPECT_EQ(changed_files(newer, "openssh-server", false).size(), 1U);
  put_aged(newer, "/usr/sbin/sshd", "sshd", 2000);
}

TEST(CollectPackages, WhatIsMissingIsTold) {
  MemoryTree tree = debian();
  tree.remove(HostPath("/usr/lib/x.so"));
  EXPECT_THAT(changed_files(tree, "openssh-server", false),
              ElementsAre(ChangedFile{"/usr/lib/x.so", "openssh-server", true}));
  EXPECT_TRUE(changed_files(tree, "nobody", true).empty());
}

TEST(CollectPackages, OwnersOfWhatIsFaultyAndAnSshdOfNobody) {
  MemoryTree tree = debian();
  Facts facts;
  facts.service.sshd.state = ProgramState::fine;
  facts.service.sshd.path = tree.walk(HostPath("/usr/sbin/sshd"));
  LibraryFault fault;
  fault.name = "libother.so.1";
  facts.service.library_faults.push_back(fault);
  collect_packages(tree, facts);
  EXPECT_TRUE(facts.packages.foreign_sshd.empty());
  EXPECT_EQ(facts.packages.owners.at("libother.so.1"), "other");
  ASSERT_EQ(facts.packages.unfinished.size(), 1U);
  EXPECT_EQ(facts.packages.unfinished[0].state, "unpacked");
  put_aged(tree, "/usr/local/sbin/sshd", "x", 1);
  facts.service.sshd.path = tree.walk(HostPath("/usr/local/sbin/sshd"));
  facts.packages = {};
  collect_packages(tree, facts);
  EXPECT_EQ(facts.packages.foreign_sshd, "/usr/local/sbin/sshd");
}

TEST(CollectPackages, WithoutADatabaseNothingIsSaid) {
  MemoryTree tree;
  Facts facts;
  collect_packages(tree, facts);
  EXPECT_TRUE(facts.packages.collected);
  EXPECT_FALSE(facts.packages.dpkg);
}

}  // namespace
}  // namespace reentry
