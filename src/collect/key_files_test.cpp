#include "collect/key_files.hpp"

#include <gtest/gtest.h>

namespace reentry {
namespace {

class KeyFiles : public ::testing::Test {
 protected:
  KeyFiles() {
    std::vector<BadLine> bad;
    facts_.accounts.passwd =
        parse_passwd("root:x:0:0::/root:/bin/sh\nalice:x:1000:1000::/home/alice:/bin/sh\n", bad);
    facts_.accounts.index();
    tree_.put_directory(HostPath("/home/alice"), 0755, 1000, 1000);
    tree_.put_directory(HostPath("/home/alice/.ssh"), 0700, 1000, 1000);
  }
  void config(const std::string& keyword, std::vector<std::string> values) {
    ConfigLine line;
    line.keyword = keyword;
    line.values = std::move(values);
    facts_.config.lines.push_back(std::move(line));
  }
  const FileFact* find(const std::string& path) const { return facts_.paths.find(HostPath(path)); }
  MemoryTree tree_;
  Facts facts_;
};

TEST_F(KeyFiles, HomeAndKeyFilesAndNearMisses) {
  tree_.put_file(HostPath("/home/alice/.ssh/authorized_keys"), "x", 0600, 1000, 1000);
  tree_.put_file(HostPath("/home/alice/.ssh/authorized_keys.pub"), "y", 0600, 1000, 1000);
  tree_.put_file(HostPath("/home/alice/.ssh/id_rsa"), "secret", 0600, 1000, 1000);
  collect_key_files(tree_, facts_, {"alice", "nobody-there"});
  ASSERT_NE(find("/home/alice"), nullptr);
  EXPECT_TRUE(find("/home/alice")->path.found());
  ASSERT_NE(find("/home/alice/.ssh/authorized_keys"), nullptr);
  EXPECT_EQ(*find("/home/alice/.ssh/authorized_keys")->bytes, "x");
  EXPECT_TRUE(find("/home/alice/.ssh/authorized_keys2")->bytes.is_absent());
  ASSERT_NE(find("/home/alice/.ssh/authorized_keys.pub"), nullptr);
  EXPECT_EQ(*find("/home/alice/.ssh")->bytes, "authorized_keys.pub");
  EXPECT_EQ(find("/home/alice/.ssh/id_rsa"), nullptr);
}

TEST_F(KeyFiles, WhatTheConfigurationNames) {
  config("authorizedkeysfile", {"/etc/keys/%u"});
  config("trustedusercakeys", {"/etc/ssh/ca"});
  config("revokedkeys", {"none"});
  config("authorizedkeyscommand", {"/usr/bin/k %u"});
  tree_.put_file(HostPath("/etc/keys/alice"), "k");
  tree_.put_file(HostPath("/usr/bin/k"), "#!", 0755);
  collect_key_files(tree_, facts_, {"alice"});
  EXPECT_EQ(*find("/etc/keys/alice")->bytes, "k");
  EXPECT_TRUE(find("/etc/ssh/ca")->bytes.is_absent());
  EXPECT_TRUE(find("/usr/bin/k")->path.found());
  EXPECT_EQ(find("/none"), nullptr);
}

TEST_F(KeyFiles, AnotherDirectoryIsLookedAtWhenThereIsNoKeyFile) {
  tree_.put_file(HostPath("/home/alice/.ssh2/authorized_keys"), "z", 0600, 1000, 1000);
  collect_key_files(tree_, facts_, {"alice"});
  ASSERT_NE(find("/home/alice/.ssh2/authorized_keys"), nullptr);
  EXPECT_EQ(*find("/home/alice/.ssh2")->bytes, "authorized_keys");
}

}  // namespace
}  // namespace reentry
