#include "facts/fail2ban.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include "facts/database.hpp"

namespace reentry {
namespace {

using testing::ElementsAre;

std::string database(const char* statements) {
  sqlite3* made = nullptr;
  sqlite3_open(":memory:", &made);
  EXPECT_EQ(sqlite3_exec(made, statements, nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(made);
  sqlite3_int64 size = 0;
  unsigned char* bytes = sqlite3_serialize(made, "main", &size, 0);
  std::string out(bytes, bytes + size);
  sqlite3_free(bytes);
  sqlite3_close(made);
  return out;
}

constexpr const char* kBans =
    "CREATE TABLE bips(ip TEXT NOT NULL, jail TEXT NOT NULL, timeofban INTEGER NOT NULL, bantime INTEGER NOT "
    "NULL,"
    " bancount INTEGER NOT NULL default 1, data JSON, PRIMARY KEY(ip, jail));"
    "CREATE TABLE bans(jail TEXT NOT NULL, ip TEXT, timeofban INTEGER NOT NULL, bantime INTEGER, data JSON);"
    "INSERT INTO bips VALUES('192.0.2.7', 'sshd', 1000, 600, 1, '{\"matches\":[\"Failed password for "
    "hunter2\"]}');"
    "INSERT INTO bips VALUES('2001:db8::7', 'recidive', 1000, -1, 1, '{}');";

TEST(Fail2ban, ReadsTheBansOfItsDatabaseAndTakesOneOut) {
  const std::string bytes = database(kBans);
  const auto bans = saved_bans(bytes);
  ASSERT_TRUE(bans) << bans.missing().detail;
  EXPECT_THAT(*bans, ElementsAre(SavedBan{"sshd", "192.0.2.7", 1000, 600},
                                 SavedBan{"recidive", "2001:db8::7", 1000, -1}));
  const auto after = without_ban(bytes, "sshd", "192.0.2.7");
  ASSERT_TRUE(after);
  EXPECT_THAT(*saved_bans(*after), ElementsAre(SavedBan{"recidive", "2001:db8::7", 1000, -1}));
  EXPECT_EQ(after->find("hunter2"), std::string::npos);
  const auto told = without_logs(bytes);
  ASSERT_TRUE(told);
  EXPECT_EQ(told->find("hunter2"), std::string::npos);
  EXPECT_EQ(saved_bans(*told)->size(), 2U);
}

TEST(Fail2ban, WhatIsNoDatabaseOfBansIsMissing) {
  EXPECT_FALSE(saved_bans(""));
  EXPECT_FALSE(saved_bans("SQLite format 3"));
  EXPECT_FALSE(saved_bans(database("CREATE TABLE bans(ip TEXT);")));
  std::string torn = database(kBans);
  torn.resize(torn.size() / 2);
  EXPECT_FALSE(saved_bans(torn));
  // A view that would never end in the place of the table.
  EXPECT_FALSE(saved_bans(
      database("CREATE VIEW bips AS WITH RECURSIVE n(jail, ip, timeofban, bantime) AS (SELECT 'a', "
               "'b', 1, 2 UNION ALL SELECT jail, ip, timeofban + 1, 2 FROM n) SELECT * FROM n;")));
}

TEST(Fail2ban, ADatabaseWithAWriteAheadLogIsReadAllTheSame) {
  std::string bytes = database(kBans);
  bytes[18] = 2;
  bytes[19] = 2;
  EXPECT_TRUE(saved_bans(bytes));
  EXPECT_TRUE(*has_table(source_of(bytes), "bips"));
  EXPECT_FALSE(*has_table(source_of(bytes), "Packages"));
}

TEST(Fail2ban, ReadsItsConfiguration) {
  Fail2banConfig config;
  EXPECT_TRUE(config.add(
      "[DEFAULT]\nBanAction = iptables-multiport ; old\nport = 0:65535\n"
      "action_ = %(banaction)s[port=\"%(port)s\", protocol=\"%(protocol)s\"]\naction = %(action_)s\n"
      "protocol = tcp\nignoreip = 127.0.0.1/8\n"
      "[sshd]\n# nothing\nport = ssh\nlogpath = /a\n  /b\n"));
  EXPECT_TRUE(config.add(
      "[sshd]\nenabled: true\nignoreip = %(known/ignoreip)s 192.0.2.1\nfilter = %(__name__)s[x=1]\n"));
  EXPECT_THAT(config.sections(), ElementsAre("sshd"));
  EXPECT_EQ(config.get("sshd", "action"), "iptables-multiport[port=\"ssh\", protocol=\"tcp\"]");
  EXPECT_EQ(config.get("sshd", "logpath"), "/a\n/b");
  EXPECT_EQ(config.get("sshd", "filter"), "sshd[x=1]");
  EXPECT_EQ(config.get("sshd", "ignoreip"), "127.0.0.1/8 192.0.2.1");
  EXPECT_EQ(config.get("sshd", "nothing"), std::nullopt);
  EXPECT_TRUE(config.add("[a]\nx = %(x)s\ny = %(lost)s\n"));
  EXPECT_EQ(config.get("a", "x"), std::nullopt);
  EXPECT_EQ(config.get("a", "y"), std::nullopt);
  EXPECT_FALSE(config.add("no section\n"));
  EXPECT_THAT(Fail2banConfig::includes("[INCLUDES]\nbefore = a.conf\n  b.conf\n", "before"),
              ElementsAre("a.conf", "b.conf"));
}

TEST(Fail2ban, Times) {
  EXPECT_EQ(seconds_of("10m"), 600);
  EXPECT_EQ(seconds_of("1d 12h"), 129600);
  EXPECT_EQ(seconds_of("1w"), 604800);
  EXPECT_EQ(seconds_of("3600"), 3600);
  EXPECT_EQ(seconds_of("-1"), -1);
  EXPECT_EQ(seconds_of("soon"), std::nullopt);
  EXPECT_EQ(seconds_of(""), std::nullopt);
}

TEST(Fail2ban, ActionsAndWhatTheyStop) {
  const auto actions = parse_ban_actions(
      "nftables[type=multiport, port=\"ssh,2222:2230\", chain=\"<known/chain>\"]\n"
      "sendmail-whois[dest=\"a,b]c\"]\niptables-allports");
  ASSERT_EQ(actions.size(), 3U);
  const BanReach ports = reach_of(actions[0]);
  EXPECT_EQ(ports.effect, BanEffect::stops);
  EXPECT_THAT(ports.ports, ElementsAre(point(22), BitsRange{{0, 2222}, {0, 2230}}));
  EXPECT_EQ(actions[1].parameters.at("dest"), "a,b]c");
  EXPECT_EQ(reach_of(actions[1]).effect, BanEffect::none);
  EXPECT_TRUE(reach_of(actions[2]).every_port);
  EXPECT_EQ(reach_of({"pf", {}}).effect, BanEffect::unknown);
  EXPECT_EQ(reach_of({"iptables", {{"chain", "DOCKER-USER"}}}).effect, BanEffect::unknown);
  EXPECT_EQ(reach_of({"iptables", {{"port", "imaps"}}}).effect, BanEffect::unknown);
  EXPECT_TRUE(reach_of({"iptables", {{"blocktype", "DROP"}}}).drops);
}

TEST(Fail2ban, WhichBansAreTakenUpAgain) {
  const SavedBan ban{"sshd", "192.0.2.7", 1000, 600};
  EXPECT_EQ(end_of_restored(ban, {600, false, -1}, 1100), 1600);
  EXPECT_EQ(end_of_restored(ban, {600, false, -1}, 1600), 0);
  EXPECT_EQ(end_of_restored(ban, {60, false, -1}, 1050), 1060);
  EXPECT_EQ(end_of_restored(ban, {60, false, -1}, 1100), 0);
  const SavedBan ever{"sshd", "192.0.2.7", 1000, -1};
  EXPECT_EQ(end_of_restored(ever, {-1, false, -1}, 99999), -1);
  EXPECT_EQ(end_of_restored(ever, {600, false, -1}, 1100), 1600);
  EXPECT_EQ(end_of_restored(ever, {600, true, -1}, 99999), -1);
  EXPECT_EQ(end_of_restored(ever, {600, true, 700}, 1100), 1700);
}

}  // namespace
}  // namespace reentry
