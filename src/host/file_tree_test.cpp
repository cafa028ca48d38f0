#include "host/file_tree.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

namespace reentry {
namespace {

// A directory that plays a mounted root, with a secret beside it that must never be reached.
class DiskTreeTest : public testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/reentry-tree-XXXXXX";
    ASSERT_NE(::mkdtemp(name), nullptr);
    base_ = name;
    root_ = base_ + "/root";
    ::mkdir(root_.c_str(), 0755);
    ::mkdir((root_ + "/etc").c_str(), 0755);
    write(base_ + "/secret", "outside");
    write(root_ + "/etc/passwd", "root:x:0:0::/root:/bin/sh\n");
    auto tree = open_disk_tree(root_);
    ASSERT_TRUE(tree.has_value());
    tree_ = std::move(*tree);
  }
  void TearDown() override { ASSERT_EQ(std::system(("rm -rf " + base_).c_str()), 0); }

  static void write(const std::string& path, const std::string& bytes) { std::ofstream(path) << bytes; }
  void link(const std::string& target, const std::string& name) {
    ASSERT_EQ(::symlink(target.c_str(), (root_ + name).c_str()), 0);
  }

  std::string base_;
  std::string root_;
  std::unique_ptr<FileTree> tree_;
};

TEST_F(DiskTreeTest, ReadsAFileBelowTheRoot) {
  const FileFact fact = tree_->read(HostPath("/etc/passwd"));
  ASSERT_TRUE(fact.bytes);
  EXPECT_EQ(*fact.bytes, "root:x:0:0::/root:/bin/sh\n");
  EXPECT_EQ(fact.path.real.str(), "/etc/passwd");
  ASSERT_EQ(fact.path.visited.size(), 3U);
  EXPECT_EQ(fact.path.visited[1].path.str(), "/etc");
}

TEST_F(DiskTreeTest, SymlinksNeverLeaveTheRoot) {
  link("../../secret", "/etc/up");
  link(base_ + "/secret", "/etc/absolute");
  link("../../../../../../../../etc/passwd", "/etc/far");
  EXPECT_TRUE(tree_->read(HostPath("/etc/up")).bytes.is_absent());
  EXPECT_TRUE(tree_->read(HostPath("/etc/absolute")).bytes.is_absent());
  const FileFact far = tree_->read(HostPath("/etc/far"));
  ASSERT_TRUE(far.bytes);
  EXPECT_EQ(far.path.real.str(), "/etc/passwd");
}

TEST_F(DiskTreeTest, DotDotStopsAtTheRoot) {
  const FileFact fact = tree_->read(HostPath("/../../etc/../etc/passwd"));
  ASSERT_TRUE(fact.bytes);
  EXPECT_EQ(fact.path.real.str(), "/etc/passwd");
}

TEST_F(DiskTreeTest, SymlinkLoopsEnd) {
  link("b", "/etc/a");
  link("a", "/etc/b");
  const PathFact fact = tree_->walk(HostPath("/etc/a"));
  EXPECT_EQ(fact.end, PathEnd::loop);
}

TEST_F(DiskTreeTest, AFifoIsNotRead) {
  ASSERT_EQ(::mkfifo((root_ + "/etc/fifo").c_str(), 0644), 0);
  const FileFact fact = tree_->read(HostPath("/etc/fifo"));
  ASSERT_FALSE(fact.bytes);
  EXPECT_EQ(fact.bytes.missing().why, Why::unreadable);
}

TEST_F(DiskTreeTest, ALargeFileIsSaidNotRead) {
  write(root_ + "/etc/large", "");
  ASSERT_EQ(::truncate((root_ + "/etc/large").c_str(), off_t{1} << 30), 0);
  const FileFact fact = tree_->read(HostPath("/etc/large"));
  ASSERT_FALSE(fact.bytes);
  EXPECT_EQ(fact.bytes.missing().why, Why::unreadable);
}

TEST_F(DiskTreeTest, AFileIsNoDirectory) {
  const PathFact fact = tree_->walk(HostPath("/etc/passwd/more"));
  EXPECT_EQ(fact.end, PathEnd::not_a_directory);
}

TEST_F(DiskTreeTest, GlobIsInByteOrderAndSkipsDotFiles) {
  ::mkdir((root_ + "/etc/d").c_str(), 0755);
  for (const char* name : {"10-b.conf", "9-a.conf", ".hidden.conf", "B.conf", "a.conf.bak"}) {
    write(root_ + "/etc/d/" + name, "");
  }
  const auto found = tree_->glob(HostPath("/etc/d/*.conf"));
  ASSERT_TRUE(found);
  ASSERT_EQ(found->size(), 3U);
  EXPECT_EQ((*found)[0].str(), "/etc/d/10-b.conf");
  EXPECT_EQ((*found)[1].str(), "/etc/d/9-a.conf");
  EXPECT_EQ((*found)[2].str(), "/etc/d/B.conf");
}

// glob(3) without GLOB_NOESCAPE.
TEST_F(DiskTreeTest, ABackslashInAGlobTakesTheMeaningFromWhatFollows) {
  ::mkdir((root_ + "/etc/e0").c_str(), 0755);
  write(root_ + "/etc/e0/*.conf", "");
  write(root_ + "/etc/e0/a.conf", "");
  const auto found = tree_->glob(HostPath("/etc/e\\0/\\*.conf"));
  ASSERT_TRUE(found);
  ASSERT_EQ(found->size(), 1U);
  EXPECT_EQ((*found)[0].str(), "/etc/e0/*.conf");
}

TEST_F(DiskTreeTest, LinkToARootEndsAtTheRoot) {
  link("/", "/etc/slash");
  const PathFact fact = tree_->walk(HostPath("/etc/slash"));
  ASSERT_TRUE(fact.found());
  EXPECT_TRUE(fact.real.is_root());
  EXPECT_EQ(fact.node().stat.type, FileType::directory);
}

TEST_F(DiskTreeTest, LocateEndsWhereTheWalkDoes) {
  ::mkdir((root_ + "/etc/d").c_str(), 0755);
  write(root_ + "/etc/d/lib.so.1.2", "x");
  link("lib.so.1.2", "/etc/d/lib.so.1");
  link("lib.so.1", "/etc/d/lib.so");
  link("d", "/etc/also");
  link("../passwd", "/etc/d/up");
  link("../../../secret", "/etc/d/out");
  link("round", "/etc/d/round");
  link("gone", "/etc/d/dangling");
  link("/", "/etc/d/slash");
  for (const char* path :
       {"/", "/etc", "/etc/passwd", "/etc/d/lib.so", "/etc/also/lib.so.1", "/etc/d/up", "/etc/d/out",
        "/etc/d/round", "/etc/d/dangling", "/etc/d/slash", "/etc/d/..", "/etc/d/../passwd", "/etc/none",
        "/etc/none/more", "/etc/passwd/more", "/etc/d/lib.so/more"}) {
    const PathFact walked = tree_->walk(HostPath(path));
    for (int again = 0; again < 2; ++again) {
      const PathFact located = tree_->locate(HostPath(path));
      EXPECT_EQ(located.asked, walked.asked) << path;
      EXPECT_EQ(located.end, walked.end) << path;
      EXPECT_EQ(located.real, walked.real) << path;
      ASSERT_EQ(located.visited.size(), walked.found() ? 1U : 0U) << path;
      if (walked.found()) {
        EXPECT_EQ(located.node(), walked.node()) << path;
      } else {
        EXPECT_EQ(located.missing(), walked.missing()) << path;
      }
    }
  }
}

TEST_F(DiskTreeTest, MoreDirectoriesThanStayOpen) {
  for (int round = 0; round < 2; ++round) {
    for (int number = 0; number < 40; ++number) {
      const std::string folder = "/etc/d" + std::to_string(number);
      if (round == 0) {
        ::mkdir((root_ + folder).c_str(), 0755);
        write(root_ + folder + "/file", folder);
      }
      const FileFact fact = tree_->read(HostPath(folder + "/file"));
      ASSERT_TRUE(fact.bytes);
      EXPECT_EQ(*fact.bytes, folder);
    }
  }
}

TEST(MemoryTree, WhatChangesIsReadAgain) {
  MemoryTree tree;
  tree.put_file(HostPath("/etc/a"), "one");
  EXPECT_EQ(*tree.read(HostPath("/etc/a")).bytes, "one");
  EXPECT_EQ(tree.list(HostPath("/etc"))->size(), 1U);
  tree.put_file(HostPath("/etc/a"), "two");
  tree.put_file(HostPath("/etc/b"), "");
  EXPECT_EQ(*tree.read(HostPath("/etc/a")).bytes, "two");
  EXPECT_EQ(tree.list(HostPath("/etc"))->size(), 2U);
  tree.remove(HostPath("/etc/a"));
  EXPECT_TRUE(tree.read(HostPath("/etc/a")).bytes.is_absent());
  EXPECT_FALSE(tree.locate(HostPath("/etc/a")).found());
}

TEST(MemoryTree, AnswersAsADiskDoes) {
  MemoryTree tree;
  tree.put_file(HostPath("/etc/ssh/sshd_config"), "Port 22\n", 0600);
  tree.put_symlink(HostPath("/etc/alias"), "ssh/sshd_config");
  const FileFact fact = tree.read(HostPath("/etc/alias"));
  ASSERT_TRUE(fact.bytes);
  EXPECT_EQ(*fact.bytes, "Port 22\n");
  EXPECT_EQ(fact.path.node().stat.mode, 0600U);
  EXPECT_TRUE(tree.read(HostPath("/etc/none")).bytes.is_absent());
}

}  // namespace
}  // namespace reentry
