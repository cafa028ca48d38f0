#include "facts/accounts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace reentry {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

// Each expectation below was read off `getent` of glibc 2.36 with the same file.
TEST(ParsePasswd, KeepsWhatGetpwnamFindsAndNamesTheRest) {
  std::vector<BadLine> bad;
  const auto entries = parse_passwd(
      "root:x:0:0:root:/root:/bin/bash\n  lead:x:1:1:::/bin/sh\nshort:x:2:2\nneg:x:-1:2::/h:/s\n"
      "big:x:99999999999:2::/h:/s\nnogid:x:3:\nsp:x: 12:+13:g:/h:/s:extra\n+bad:x:6:6:::\nbadid:x:a:1:::\n"
      "cr:x:77:77::/home/cr:/bin/bash\r\n#c:x:1:1:::\n\n",
      bad);
  ASSERT_THAT(entries, SizeIs(5));
  EXPECT_EQ(entries[1].name, "lead");
  EXPECT_EQ(entries[2].home, "");
  EXPECT_EQ(entries[2].shell, "");
  EXPECT_EQ(entries[3].shell, "/s:extra");
  EXPECT_EQ(entries[3].uid, 12U);
  EXPECT_EQ(entries[3].gid, 13U);
  EXPECT_EQ(entries[4].shell, "/bin/bash\r");
  EXPECT_EQ(entries[4].line, 10U);
  ASSERT_THAT(bad, SizeIs(5));
  EXPECT_EQ(bad[0].line, 4U);
  EXPECT_EQ(bad[2].why, "group id is not a number");
}

TEST(ParseShadow, GivesUpLinesThatGlibcGivesUp) {
  std::vector<BadLine> bad;
  const auto entries = parse_shadow(
      "a:!:\nb:!:19000:0\nc:!:19000:0:\nd:!:::\ne:!:::::::\nf:!:19000:0:9:9:9:9:\r\ng:!\nh:!:19000:0:99999: "
      "\n"
      "i:!:-1:0:99999:7:::\nj:!:19000:0:99999:7:30:20000:\nk:!:5:0:99999:7:::x\nl:!:5:0:99999:7::\n",
      bad);
  ASSERT_THAT(entries, SizeIs(3));
  EXPECT_EQ(entries[0].name, "e");
  EXPECT_FALSE(entries[0].last_change);
  EXPECT_EQ(entries[1].name, "h");
  EXPECT_EQ(entries[1].max_days, 99999);
  EXPECT_FALSE(entries[1].inactive_days);
  EXPECT_EQ(entries[2].inactive_days, 30);
  EXPECT_EQ(entries[2].expire_day, 20000);
  EXPECT_THAT(bad, SizeIs(9));
}

TEST(ParseGroup, TakesMembersAsGlibcDoes) {
  std::vector<BadLine> bad;
  const auto entries = parse_group("g:x:5:a, b ,,c\r\nh:x:6\ni:x:\nj:x:7:", bad);
  ASSERT_THAT(entries, SizeIs(3));
  EXPECT_THAT(entries[0].members, ElementsAre("a", "b ", "c\r"));
  EXPECT_THAT(entries[2].members, IsEmpty());
  ASSERT_THAT(bad, SizeIs(1));
  EXPECT_EQ(bad[0].line, 3U);
}

TEST(ParsePasswd, EndsALineAtANulAsACStringEnds) {
  std::vector<BadLine> bad;
  const auto entries = parse_passwd(std::string_view("u:x:1:1::/home/u\0:/bin/sh\n", 26), bad);
  ASSERT_THAT(entries, SizeIs(1));
  EXPECT_EQ(entries[0].home, "/home/u");
  EXPECT_EQ(entries[0].shell, "");
}

TEST(ParseNssDatabase, TakesTheLastLineAndDropsActions) {
  const NssDatabase database =
      parse_nss_database("passwd: foo\n passwd: files[NOTFOUND=return] sss # x\n", "passwd");
  EXPECT_THAT(database.services, ElementsAre("files", "sss"));
  EXPECT_EQ(database.line, 2U);
  EXPECT_TRUE(database.beyond_files());
  EXPECT_THAT(parse_nss_database("passwd files\n", "passwd").services, ElementsAre("files"));
  EXPECT_THAT(parse_nss_database("passwd:\n", "passwd").services, IsEmpty());
  EXPECT_THAT(parse_nss_database("group: sss\n", "passwd").services, ElementsAre("files"));
  EXPECT_FALSE(parse_nss_database("passwd: files systemd\n", "passwd").beyond_files());
}

TEST(NssDatabase, AnActionMayEndTheSearchBeforeTheFiles) {
  NssDatabase database = parse_nss_database("passwd: nosuch [UNAVAIL=return] files\n", "passwd");
  database.drop_unreached(true);
  EXPECT_TRUE(database.asks_files());
  database.inert = {"nosuch"};
  database.drop_unreached(true);
  EXPECT_FALSE(database.asks_files());

  database = parse_nss_database("passwd: nosuch [!SUCCESS=return] files\n", "passwd");
  database.inert = {"nosuch"};
  database.drop_unreached(true);
  EXPECT_FALSE(database.asks_files());

  database = parse_nss_database("passwd: files [notfound=Return] sss\n", "passwd");
  database.drop_unreached(false);
  EXPECT_TRUE(database.beyond_files());
  database.drop_unreached(true);
  EXPECT_FALSE(database.beyond_files());
}

TEST(NssDatabase, InertServicesKnowNobody) {
  NssDatabase database = parse_nss_database("passwd: sss files\n", "passwd");
  database.inert = {"sss"};
  EXPECT_FALSE(database.beyond_files());
  EXPECT_TRUE(database.asks_files());
  EXPECT_FALSE(parse_nss_database("passwd: Files\n", "passwd").asks_files());
}

AccountFacts some_accounts() {
  AccountFacts accounts;
  std::vector<BadLine> bad;
  accounts.passwd = parse_passwd(
      "root:x:0:0::/root:/bin/sh\nu:x:1000:1000::/home/u:/bin/sh\nv:x:1001:1001::/home/v:/bin/sh\n"
      "u:x:2000:2000::/home/second:/bin/sh\ntoor:x:0:0::/root:/bin/sh\n",
      bad);
  accounts.group =
      parse_group("root:x:0:\nu:x:1000:\nv:x:1001:u\nwheel:x:10:u,v\nalso:x:10:\nsolo:x:20:u\n", bad);
  accounts.shadow = parse_shadow("u:!:::::::\nu:$6$x:::::::\n", bad);
  accounts.index();
  return accounts;
}

TEST(AccountFacts, TheFirstEntryOfANameCounts) {
  const AccountFacts accounts = some_accounts();
  EXPECT_EQ(accounts.user("u")->uid, 1000U);
  EXPECT_EQ(accounts.shadow_of("u")->hash, "!");
  EXPECT_EQ(accounts.user("U"), nullptr);
  EXPECT_EQ(accounts.user_name(0), "root");
  EXPECT_EQ(accounts.user_name(4242), "4242");
  EXPECT_EQ(accounts.group_name(10), "wheel");
}

TEST(AccountFacts, ALookupWorksInACopy) {
  auto original = std::make_unique<AccountFacts>(some_accounts());
  const AccountFacts copy = *original;
  const AccountFacts moved = std::move(*original);
  original.reset();
  ASSERT_NE(copy.user("v"), nullptr);
  EXPECT_EQ(copy.user("v")->home, "/home/v");
  EXPECT_EQ(moved.user("v")->home, "/home/v");
}

TEST(AccountFacts, GroupsArePrimaryFirstAndNamedByTheirFirstEntry) {
  const AccountFacts accounts = some_accounts();
  EXPECT_THAT(accounts.groups_of(*accounts.user("u")).names, ElementsAre("u", "v", "wheel", "solo"));
  EXPECT_THAT(accounts.groups_of(*accounts.user("u")).gids, ElementsAre(1000U, 1001U, 10U, 20U));
}

TEST(AccountFacts, APrivateGroupHasOneMemberOnly) {
  const AccountFacts accounts = some_accounts();
  EXPECT_TRUE(accounts.is_private_group(1000, 1000));
  EXPECT_FALSE(accounts.is_private_group(1001, 1001)) << "u is listed in it";
  EXPECT_TRUE(accounts.is_private_group(20, 1000)) << "a listed member alone";
  EXPECT_FALSE(accounts.is_private_group(20, 1000, 0)) << "the file is root's, the member is not";
  EXPECT_FALSE(accounts.is_private_group(10, 1000));
  EXPECT_FALSE(accounts.is_private_group(99, 1000)) << "no such group";
}

TEST(ParseLoginDefs, ReadsNamesAndValues) {
  const auto values =
      parse_login_defs("# c\nUID_MIN\t 1000\nENCRYPT_METHOD YESCRYPT\nX \"a b\"\nUID_MIN 500\n");
  EXPECT_EQ(values.at("UID_MIN"), "500");
  EXPECT_EQ(values.at("X"), "a b");
}

}  // namespace
}  // namespace reentry
