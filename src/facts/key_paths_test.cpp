#include "facts/key_paths.hpp"

#include <gtest/gtest.h>

namespace reentry {
namespace {

AccountFacts accounts_of() {
  AccountFacts accounts;
  std::vector<BadLine> bad;
  accounts.passwd = parse_passwd(
      "root:x:0:0::/root:/bin/sh\nalice:x:1000:1000::/home/alice:/bin/sh\nbob:x:1001:1001::/srv/bob/:/bin/"
      "sh\n",
      bad);
  accounts.index();
  return accounts;
}

KeyPath expand(const std::string& pattern, int major = 9, int minor = 2, const std::string& user = "alice") {
  const AccountFacts accounts = accounts_of();
  SshBuild build;
  build.version = {major, minor, 1};
  return expand_key_path(pattern, *accounts.user(user), accounts, build);
}

TEST(KeyPaths, TokensAndPlaces) {
  EXPECT_EQ(expand(".ssh/authorized_keys").path.str(), "/home/alice/.ssh/authorized_keys");
  EXPECT_EQ(expand("%h/keys").path.str(), "/home/alice/keys");
  EXPECT_EQ(expand("/etc/ssh/keys/%u.%U%%").path.str(), "/etc/ssh/keys/alice.1000%");
  EXPECT_EQ(expand("keys", 9, 2, "bob").path.str(), "/srv/bob/keys");
  EXPECT_EQ(expand("none").state, KeyPathState::none);
  EXPECT_EQ(expand("NONE").state, KeyPathState::none);
  EXPECT_EQ(expand("").state, KeyPathState::none);
}

TEST(KeyPaths, UnknownTokensKill) {
  EXPECT_EQ(expand("keys.%n").state, KeyPathState::unknown_token);
  EXPECT_EQ(expand("keys.%n").token, "%n");
  EXPECT_EQ(expand("keys%").token, "%");
  EXPECT_EQ(expand("%U", 7, 4).state, KeyPathState::unknown_token);
  EXPECT_EQ(expand("%U", 7, 8).state, KeyPathState::path);
  EXPECT_EQ(expand("/" + std::string(5000, 'x')).state, KeyPathState::too_long);
}

TEST(KeyPaths, TildeIsRootsHome) {
  EXPECT_EQ(expand("~/.ssh/authorized_keys").path.str(), "/root/.ssh/authorized_keys");
  EXPECT_TRUE(expand("~/.ssh/authorized_keys").root_tilde);
  EXPECT_EQ(expand("~bob/keys").path.str(), "/srv/bob/keys");
  EXPECT_FALSE(expand("~/k", 9, 2, "root").root_tilde);
}

TEST(KeyPaths, GlobsFrom10) {
  EXPECT_FALSE(expand("/etc/keys/*").glob);
  EXPECT_TRUE(expand("/etc/keys/*", 10, 0).glob);
}

TEST(KeyPaths, EveryPatternOfAnyMatch) {
  SshdConfig config;
  ConfigLine inside;
  inside.keyword = "authorizedkeysfile";
  inside.values = {"/etc/keys/%u"};
  inside.match = 1;
  config.lines = {inside};
  EXPECT_EQ(all_keys_file_patterns(config),
            (std::vector<std::string>{"/etc/keys/%u", ".ssh/authorized_keys", ".ssh/authorized_keys2"}));
  config.lines[0].match = 0;
  EXPECT_EQ(all_keys_file_patterns(config), std::vector<std::string>{"/etc/keys/%u"});
}

TEST(KeyPaths, NearMisses) {
  for (const char* name : {"authorized_key", "authorized-keys", "authorized_keys.pub", "Authorized_Keys.txt",
                           "authorised_keys", "authorizedkeys", "authorized_keys.bak", "authorized_keys~"}) {
    EXPECT_TRUE(is_misnamed_keys_file(name)) << name;
  }
  for (const char* name :
       {"authorized_keys", "authorized_keys2", "id_rsa.pub", "known_hosts", "config", ""}) {
    EXPECT_FALSE(is_misnamed_keys_file(name)) << name;
  }
}

}  // namespace
}  // namespace reentry
