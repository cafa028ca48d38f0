#include "diagnosis/doors.hpp"

#include <gtest/gtest.h>

#include "diagnosis/check.hpp"
#include "support/one_obstacle.hpp"

namespace reentry {
namespace {

Obstacle obstacle(Cause cause, std::size_t line = 0, std::string user = "alice") {
  return {cause, {"file", "/etc/x", line, {}}, {}, {{"user", std::move(user)}}};
}

LoginTrace root_login(std::vector<Gate> gates, bool asked = false) {
  return testing::login_of("root", std::move(gates), asked);
}

TEST(Doors, AdministratorsAreUidZeroAndTheirGroups) {
  Facts facts = testing::small_host();
  EXPECT_EQ(administrators(facts), std::vector<std::string>{"root"});
  std::vector<BadLine> bad;
  facts.accounts.group = parse_group("root:x:0:\nsudo:x:27:bob\nwheel:x:1000:\n", bad);
  facts.accounts.index();
  EXPECT_EQ(administrators(facts), (std::vector<std::string>{"root", "alice", "bob"}));
}

TEST(Doors, RootIsClosedOnPurposeByADecisionOrByHavingNothing) {
  const Facts facts = testing::small_host();
  EXPECT_TRUE(is_closed_on_purpose(
      facts, root_login({testing::refusing("auth/root-login", obstacle(Cause::auth_root_login))})));
  EXPECT_TRUE(is_closed_on_purpose(
      facts, root_login({testing::refusing("auth/publickey", obstacle(Cause::auth_keys_file_missing)),
                         testing::refusing("auth/password", obstacle(Cause::auth_password_locked))})));
}

TEST(Doors, AFaultOfRootsOwnFilesIsNoDecision) {
  const Facts facts = testing::small_host();
  EXPECT_FALSE(is_closed_on_purpose(
      facts, root_login({testing::refusing("auth/publickey", obstacle(Cause::auth_home_writable)),
                         testing::refusing("auth/password", obstacle(Cause::auth_password_locked))})));
}

TEST(Doors, WhoWasAskedAboutIsNeverExcused) {
  const Facts facts = testing::small_host();
  const Gate gate = testing::refusing("auth/root-login", obstacle(Cause::auth_root_login));
  EXPECT_FALSE(is_closed_on_purpose(facts, root_login({gate}, true)));
  EXPECT_FALSE(is_closed_on_purpose(facts, testing::login_of("alice", {gate}, false)));
}

TEST(Doors, OneLoginThatIsAcceptedIsAWayIn) {
  const Facts facts = testing::small_host();
  const LoginTrace open = testing::login_of("alice", {testing::passing("auth/user", Stage::auth)});
  EXPECT_FALSE(no_way_in_left(facts, {open}, When::next_start));
  EXPECT_FALSE(no_way_in_left(facts, {}, When::next_start));
}

TEST(CheckInput, SameFaultOfTwoLoginsIsSeenOnce) {
  const Facts facts = testing::small_host();
  const std::vector<LoginTrace> traces = {
      testing::login_of("alice", {testing::refusing("a/b", obstacle(Cause::auth_deny_users, 3, "alice"))}),
      testing::login_of("bob", {testing::refusing("a/b", obstacle(Cause::auth_deny_users, 3, "bob"))}),
      testing::login_of("bob", {testing::refusing("a/b", obstacle(Cause::auth_deny_users, 4, "bob"))})};
  const CheckInput input(facts, traces);
  const auto& all = seen(input, Cause::auth_deny_users);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].traces.size(), 2U);
  EXPECT_TRUE(seen(input, Cause::auth_deny_groups).empty());
}

TEST(CheckInput, WhatAGatePassesInSpiteOfIsOnlyNoted) {
  const Facts facts = testing::small_host();
  Gate gate = testing::refusing("session/sftp", obstacle(Cause::session_sftp_subsystem));
  gate.result = GateResult::pass;
  Gate key = testing::refusing("auth/publickey", obstacle(Cause::auth_key_line_damaged));
  key.result = GateResult::pass;
  const std::vector<LoginTrace> traces = {testing::login_of("alice", {gate, key})};
  const CheckInput input(facts, traces);
  EXPECT_TRUE(seen(input, Cause::session_sftp_subsystem).empty());
  EXPECT_EQ(noted(input, Cause::session_sftp_subsystem).size(), 1U);
  EXPECT_TRUE(noted(input, Cause::auth_key_line_damaged).empty());
}

}  // namespace
}  // namespace reentry
