#include "lab/scenario.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace reentry::lab {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view kWhole = R"(# Why it
# locks people out.
title: a title
title-ja: 題名
login: alice key=rsa from=198.51.100.7 port=2222 want=shell
cause: auth/home-writable
also: account/expired
fix: choice
told: beside
after: bob password
suite: trixie
--- prepare
true
--- break
chmod 777 /home/alice
echo done
)";

TEST(ParseScenario, ReadsEveryField) {
  const auto scenario = parse_scenario("home", kWhole);
  ASSERT_TRUE(scenario) << scenario.error().why;
  EXPECT_EQ(scenario->id, "home");
  EXPECT_EQ(scenario->title, (Text{"a title", "題名"}));
  EXPECT_EQ(scenario->why, "Why it locks people out.");
  EXPECT_EQ(scenario->suite, "trixie");
  EXPECT_EQ(scenario->login.user, "alice");
  EXPECT_EQ(scenario->login.key, "rsa");
  EXPECT_EQ(scenario->login.from, "198.51.100.7");
  EXPECT_EQ(scenario->login.port, 2222);
  EXPECT_EQ(scenario->login.want, Want::shell);
  EXPECT_FALSE(scenario->login.password);
  EXPECT_EQ(scenario->after.user, "bob");
  EXPECT_EQ(scenario->after.password, "bob-pw");
  EXPECT_TRUE(scenario->refused);
  EXPECT_THAT(scenario->causes, ElementsAre(Cause::auth_home_writable, Cause::account_expired));
  EXPECT_EQ(scenario->fix, FixReach::choice);
  EXPECT_EQ(scenario->told, Told::beside);
  EXPECT_EQ(scenario->prepare, "true\n");
  EXPECT_EQ(scenario->break_it, "chmod 777 /home/alice\necho done\n");
}

TEST(ParseScenario, AHarmlessStateNeedsNoCause) {
  const auto scenario = parse_scenario(
      "ok", "# why\ntitle: t\ntitle-ja: t\nlogin: alice key\nexpect: accepted\n--- break\ntrue\n");
  ASSERT_TRUE(scenario) << scenario.error().why;
  EXPECT_FALSE(scenario->refused);
  EXPECT_EQ(scenario->login.key, "ed25519");
  EXPECT_EQ(scenario->after.user, "alice");
}

TEST(ParseScenario, ALivingHostHasABedAndAMoment) {
  constexpr std::string_view kHead = "# why\ntitle: t\ntitle-ja: t\nlogin: alice key\nexpect: accepted\n";
  const auto parsed = [&](std::string_view more) {
    return parse_scenario("x", std::string(kHead) + std::string(more) + "--- break\ntrue\n");
  };
  EXPECT_EQ(parsed("")->bed, Bed::disk);
  EXPECT_EQ(parsed("bed: disk\nwhen: now\n")->when, When::now);
  EXPECT_EQ(parsed("bed: live\n")->bed, Bed::live);
  EXPECT_EQ(parsed("bed: live\n")->suite, "bookworm");
  EXPECT_EQ(parsed("bed: live\nsuite: bookworm-systemd\n")->suite, kSystemdSuite);
  const auto booted = parsed("bed: systemd\nwhen: reboot\n");
  ASSERT_TRUE(booted) << booted.error().why;
  EXPECT_EQ(booted->bed, Bed::systemd);
  EXPECT_EQ(booted->when, When::reboot);
  EXPECT_EQ(booted->suite, kSystemdSuite);
  EXPECT_THAT(parsed("bed: systemd\nsuite: trixie\n").error().why, HasSubstr("no systemd"));
  EXPECT_THAT(parsed("bed: live\nwhen: reboot\n").error().why, HasSubstr("needs bed: systemd"));
}

struct Bad {
  std::string_view text;
  std::string_view where;
  std::string_view why;
};

class ParseBadScenario : public testing::TestWithParam<Bad> {};

TEST_P(ParseBadScenario, NamesFileLineAndReason) {
  const auto scenario = parse_scenario("x", GetParam().text);
  ASSERT_FALSE(scenario);
  EXPECT_EQ(scenario.error().what, GetParam().where);
  EXPECT_THAT(scenario.error().why, HasSubstr(std::string(GetParam().why)));
}

INSTANTIATE_TEST_SUITE_P(
    All, ParseBadScenario,
    testing::Values(Bad{"# why\nowner: me\n", "x.scenario:2", "no 'owner:'"},
                    Bad{"title\n", "x.scenario:1", "NAME: VALUE"},
                    Bad{"login: alice\n", "x.scenario:1", "key= or password"},
                    Bad{"login: alice key port=99999\n", "x.scenario:1", "1 to 65535"},
                    Bad{"login: alice key want=scp\n", "x.scenario:1", "want= takes"},
                    Bad{"login: alice token=1\n", "x.scenario:1", "not 'token=1'"},
                    Bad{"cause: auth/no-such-thing\n", "x.scenario:1", "auth/no-such-thing"},
                    Bad{"also: auth/home-writable\n", "x.scenario:1", "after cause:"},
                    Bad{"fix: perhaps\n", "x.scenario:1", "fix: takes"},
                    Bad{"suite: potato\n", "x.scenario:1", "suite: takes"},
                    Bad{"told: perhaps\n", "x.scenario:1", "told: takes"},
                    Bad{"bed: hammock\n", "x.scenario:1", "bed: takes"},
                    Bad{"when: later\n", "x.scenario:1", "when: takes"},
                    Bad{"expect: maybe\n", "x.scenario:1", "expect: takes"}, Bad{"", "x.scenario:0", "title"},
                    Bad{"# w\ntitle: t\ntitle-ja: t\nlogin: a key\n--- break\ntrue\n", "x.scenario:6",
                        "cause: is missing"}));

TEST(Scenarios, AllOfThisProgramParseAndDiffer) {
  const auto all = all_scenarios();
  ASSERT_TRUE(all) << all.error().what << ": " << all.error().why;
  EXPECT_GE(all->size(), 250U);
  std::set<std::string> titles;
  for (const auto& scenario : *all) {
    EXPECT_TRUE(titles.insert(scenario.title.en).second) << scenario.id << ": its title is another one's";
    EXPECT_NE(scenario.title.en, scenario.title.ja) << scenario.id;
  }
}

TEST(Scenarios, AreFoundByName) {
  const auto found = find_scenario("article-a");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->causes.front(), Cause::service_config_syntax);
  EXPECT_FALSE(find_scenario("article-z"));
}

}  // namespace
}  // namespace reentry::lab
