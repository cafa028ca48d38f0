#include "checks/catalogue.hpp"

#include <gtest/gtest.h>

#include <cctype>
#include <set>

#include "support/one_obstacle.hpp"

namespace reentry {
namespace {

std::vector<Cause> every_cause() {
  return {
#define REENTRY_CAUSE(symbol, id) Cause::symbol,
#include "login/causes.def"
#undef REENTRY_CAUSE
  };
}

bool is_ascii(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) >= 0x80) return false;
  }
  return true;
}

// What no page and no remedy may advise.
bool advises_harm(std::string_view text) {
  for (const char* harm : {"chmod 777", "chmod -R 777", "0.0.0.0/0", "setenforce 0", "StrictModes no",
                           "PermitEmptyPasswords yes"}) {
    if (text.find(harm) != std::string_view::npos) return true;
  }
  return false;
}

std::vector<Finding> findings_for(const Facts& facts, const std::vector<LoginTrace>& traces, Cause cause) {
  const CheckInput input(facts, traces);
  Verdict verdict = check_of(cause)->evaluate(input);
  auto* found = std::get_if<std::vector<Finding>>(&verdict);
  return found == nullptr ? std::vector<Finding>{} : std::move(*found);
}

TEST(Catalogue, HasOneCheckForEveryCauseInTheirOrder) {
  const std::vector<Cause> causes = every_cause();
  const auto checks = catalogue();
  ASSERT_EQ(checks.size(), causes.size());
  for (std::size_t i = 0; i < causes.size(); ++i) EXPECT_EQ(checks[i]->cause, causes[i]) << id_of(causes[i]);
}

TEST(Catalogue, EveryPageIsThereInBothLanguages) {
  for (const Check* check : catalogue()) {
    const std::string_view id = id_of(check->cause);
    EXPECT_GT(check->title.en.size(), 10U) << id;
    EXPECT_LE(check->title.en.size(), 80U) << id;
    EXPECT_GT(check->why.en.size(), 100U) << id;
    EXPECT_GT(check->remedy.en.size(), 20U) << id;
    EXPECT_TRUE(is_ascii(check->title.en)) << id;
    for (const std::string_view words : {check->title.ja, check->why.ja, check->remedy.ja}) {
      EXPECT_FALSE(words.empty()) << id;
      EXPECT_FALSE(is_ascii(words)) << id;
    }
    EXPECT_TRUE(check->why.ja.ends_with("。")) << id;
    for (const std::string_view words : {check->why.en, check->remedy.en, check->why.ja, check->remedy.ja})
      EXPECT_FALSE(advises_harm(words)) << id;
  }
}

TEST(Catalogue, TitlesAreTheirOwnWithinAStage) {
  std::set<std::string> titles;
  for (const Check* check : catalogue()) {
    const std::string title = std::string(name_of(stage_of(check->cause))) + std::string(check->title.en);
    EXPECT_TRUE(titles.insert(title).second) << title;
  }
}

TEST(Catalogue, AHealthyHostGivesNothing) {
  const Facts facts = testing::small_host();
  const std::vector<LoginTrace> traces = {
      testing::login_of("alice", {testing::passing("service/config", Stage::service)})};
  for (const Check* check : catalogue())
    EXPECT_TRUE(findings_for(facts, traces, check->cause).empty()) << id_of(check->cause);
}

// An obstacle without a single detail and one with hostile bytes: a finding comes out of both, with words in
// both languages, for every cause that gates report.
TEST(Catalogue, EveryCheckCopesWithBareAndHostileObstacles) {
  const Facts facts = testing::small_host();
  const std::string hostile = "\x1b[31m\n'\"; rm -rf / #\xff";
  for (const Check* check : catalogue()) {
    if (check->cause == Cause::system_every_door_shut || check->cause == Cause::system_permissions_swept ||
        check->cause == Cause::auth_login_grace_time)
      continue;
    for (const bool bare : {true, false}) {
      Obstacle obstacle;
      obstacle.cause = check->cause;
      if (!bare) {
        obstacle.at = {"file", "/etc/" + hostile, 3, hostile};
        for (const char* name : {"path", "mode", "owner", "message", "keyword", "pattern", "patterns",
                                 "shell", "fingerprint", "from", "module", "user", "condition", "services"})
          obstacle.details.emplace_back(name, hostile);
      }
      const std::vector<LoginTrace> traces = {
          testing::login_of("alice", {testing::refusing("x/y", obstacle)})};
      const std::vector<Finding> found = findings_for(facts, traces, check->cause);
      ASSERT_EQ(found.size(), 1U) << id_of(check->cause);
      EXPECT_EQ(found[0].severity, Severity::blocker) << id_of(check->cause);
      EXPECT_FALSE(found[0].explanation.en.empty()) << id_of(check->cause);
      EXPECT_FALSE(found[0].explanation.ja.empty()) << id_of(check->cause);
      for (const std::string& words : {found[0].explanation.en, found[0].explanation.ja})
        EXPECT_EQ(words.find('\x1b'), std::string::npos) << id_of(check->cause);
      EXPECT_FALSE(found[0].remedies.empty()) << id_of(check->cause);
      for (const Remedy& remedy : found[0].remedies) {
        EXPECT_TRUE(remedy.id.starts_with(std::string(id_of(check->cause)) + "#"));
        EXPECT_FALSE(remedy.text.en.empty() || remedy.text.ja.empty()) << remedy.id;
        EXPECT_FALSE(advises_harm(remedy.text.en)) << remedy.id;
        for (const std::string& command : remedy.commands) {
          EXPECT_FALSE(advises_harm(command)) << command;
          EXPECT_EQ(command.find('\x1b'), std::string::npos) << remedy.id;
        }
      }
    }
  }
}

TEST(Catalogue, OneFaultOfManyUsersIsOneFinding) {
  const Facts facts = testing::small_host();
  const auto login = [](const std::string& user) {
    Obstacle obstacle{Cause::auth_not_in_allow_users,
                      {"file", "/etc/ssh/sshd_config", 7, "AllowUsers dave"},
                      {},
                      {{"user", user}, {"patterns", "dave"}}};
    return testing::login_of(user, {testing::refusing("auth/allow-deny", obstacle)});
  };
  const std::vector<LoginTrace> traces = {login("alice"), login("bob")};
  const std::vector<Finding> found = findings_for(facts, traces, Cause::auth_not_in_allow_users);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].users, (std::vector<std::string>{"alice", "bob"}));
  EXPECT_NE(found[0].explanation.en.find("alice and bob"), std::string::npos);
}

}  // namespace
}  // namespace reentry
