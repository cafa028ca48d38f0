#include "probe/user_auth.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "facts/wire.hpp"

namespace reentry::probe {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

constexpr ProbeMoment kNow{100, 4};
const std::string kServiceAccepted("\x06\x00\x00\x00\x00", 5);

std::string failure(const std::string& methods, bool partial = false) {
  std::string out("\x33");
  put_string(out, methods);
  return out + static_cast<char>(partial ? 1 : 0);
}

std::string pk_ok(const std::string& algorithm, const std::string& blob) {
  std::string out("\x3c");
  put_string(out, algorithm);
  put_string(out, blob);
  return out;
}

ProbePlan plan_of(std::size_t keys) {
  ProbePlan plan;
  plan.goal = ProbeGoal::keys;
  plan.user = "alice";
  for (std::size_t i = 0; i < keys; ++i) plan.keys.push_back({"blob " + std::to_string(i), {"ssh-ed25519"}});
  return plan;
}

TEST(UserAuth, AsksNoMoreThanTheBudgetAtOnce) {
  const ProbePlan plan = plan_of(8);
  ProbeReply reply;
  UserAuth auth(plan, reply);
  auth.start("session");
  EXPECT_THAT(auth.outbox(), SizeIs(2 + 5)) << "the service, none, five keys";
  EXPECT_EQ(auth.take(kServiceAccepted, kNow), AuthStep::more);
  EXPECT_EQ(auth.take(failure("publickey"), kNow), AuthStep::more);
  EXPECT_EQ(auth.take(pk_ok("ssh-ed25519", "blob 0"), kNow), AuthStep::more);
  EXPECT_THAT(auth.outbox(), SizeIs(2 + 6)) << "an accepted key leaves room for another";
  for (int i = 0; i < 4; ++i) EXPECT_EQ(auth.take(failure("publickey"), kNow), AuthStep::more);
  EXPECT_EQ(auth.take(failure("publickey"), kNow), AuthStep::finished);
  EXPECT_EQ(reply.auth.refusals, 5);
  EXPECT_EQ(reply.auth.keys[6].why, NotAsked::budget);
  EXPECT_THAT(auth.outbox(), SizeIs(2 + 6));
}

TEST(UserAuth, WaitsForEachAnswerInLockStep) {
  ProbePlan plan = plan_of(2);
  plan.pipelining = false;
  ProbeReply reply;
  UserAuth auth(plan, reply);
  auth.start("session");
  EXPECT_THAT(auth.outbox(), SizeIs(1));
  EXPECT_EQ(auth.take(kServiceAccepted, kNow), AuthStep::more);
  EXPECT_THAT(auth.outbox(), SizeIs(2));
  EXPECT_EQ(auth.take(failure("publickey,password"), kNow), AuthStep::more);
  EXPECT_THAT(auth.outbox(), SizeIs(3));
  EXPECT_EQ(auth.take(failure("publickey,password"), kNow), AuthStep::more);
  EXPECT_EQ(auth.take(pk_ok("ssh-ed25519", "blob 1"), kNow), AuthStep::finished);
  EXPECT_EQ(reply.auth.keys[0].answer, KeyAnswer::refused);
  EXPECT_EQ(reply.auth.keys[1].answer, KeyAnswer::accepted);
}

TEST(UserAuth, TellsNoKeyToAServerThatTakesNone) {
  ProbePlan plan = plan_of(2);
  plan.pipelining = false;
  ProbeReply reply;
  UserAuth auth(plan, reply);
  auth.start("session");
  EXPECT_EQ(auth.take(kServiceAccepted, kNow), AuthStep::more);
  EXPECT_EQ(auth.take(failure("password"), kNow), AuthStep::finished);
  EXPECT_EQ(reply.auth.keys[0].why, NotAsked::method_not_offered);
  EXPECT_THAT(reply.auth.methods, ElementsAre("password"));
}

TEST(UserAuth, AsksAnRsaKeyAsTheServerSaysItMay) {
  ProbePlan plan = plan_of(1);
  plan.keys[0].algorithms = {"rsa-sha2-512", "rsa-sha2-256"};
  ProbeReply reply;
  UserAuth auth(plan, reply);
  auth.start("session");
  EXPECT_THAT(auth.outbox(), SizeIs(2)) << "its word is not there yet";
  reply.kex.signature_algorithms = {"ssh-ed25519", "rsa-sha2-256"};
  EXPECT_EQ(auth.take(kServiceAccepted, kNow), AuthStep::more);
  EXPECT_THAT(auth.outbox(), SizeIs(3));
  EXPECT_EQ(reply.auth.keys[0].algorithm, "rsa-sha2-256");
}

TEST(UserAuth, AsksAgainWhereItsGuessWasWrong) {
  ProbePlan plan = plan_of(1);
  plan.keys[0].algorithms = {"rsa-sha2-512", "rsa-sha2-256"};
  ProbeReply reply;
  reply.kex.server.host_key = {"rsa-sha2-512"};
  UserAuth auth(plan, reply);
  auth.start("session");
  EXPECT_EQ(reply.auth.keys[0].algorithm, "rsa-sha2-512");
  reply.kex.signature_algorithms = {"rsa-sha2-256"};
  EXPECT_EQ(auth.take(kServiceAccepted, kNow), AuthStep::more);
  EXPECT_EQ(auth.take(failure("publickey"), kNow), AuthStep::more);
  EXPECT_EQ(auth.take(failure("publickey"), kNow), AuthStep::more);
  EXPECT_EQ(reply.auth.keys[0].algorithm, "rsa-sha2-256");
  EXPECT_EQ(auth.take(pk_ok("rsa-sha2-256", "blob 0"), kNow), AuthStep::finished);
  EXPECT_EQ(reply.auth.keys[0].answer, KeyAnswer::accepted);
}

TEST(UserAuth, NeverAsksWithSha1UnlessTheUserAllowsIt) {
  ProbePlan plan = plan_of(1);
  plan.keys[0].algorithms = {"rsa-sha2-512", "rsa-sha2-256"};
  ProbeReply reply;
  UserAuth auth(plan, reply);
  auth.start("session");
  EXPECT_EQ(auth.take(kServiceAccepted, kNow), AuthStep::more);
  EXPECT_EQ(auth.take(failure("publickey"), kNow), AuthStep::finished);
  EXPECT_EQ(reply.auth.keys[0].why, NotAsked::no_algorithm);
}

TEST(UserAuth, SignsNothingThatWasNotAccepted) {
  ProbePlan plan = plan_of(2);
  plan.goal = ProbeGoal::session;
  int signed_times = 0;
  plan.sign = [&](std::size_t key, std::string_view, std::string_view) -> std::optional<std::string> {
    ++signed_times;
    EXPECT_EQ(key, 1U);
    return std::nullopt;
  };
  ProbeReply reply;
  UserAuth auth(plan, reply);
  auth.start("session");
  EXPECT_EQ(auth.take(kServiceAccepted, kNow), AuthStep::more);
  EXPECT_EQ(auth.take(failure("publickey"), kNow), AuthStep::more);
  EXPECT_EQ(auth.take(failure("publickey"), kNow), AuthStep::more);
  EXPECT_EQ(auth.take(pk_ok("ssh-ed25519", "blob 1"), kNow), AuthStep::finished);
  EXPECT_EQ(signed_times, 1);
  EXPECT_EQ(reply.auth.login, LoginAnswer::signer_refused);
}

TEST(UserAuth, RefusesAnswersThatFitNoQuestion) {
  const ProbePlan plan = plan_of(1);
  for (const std::string& answer : {std::string("\x34"), pk_ok("ssh-ed25519", "another blob"),
                                    std::string("\x33"), std::string("\x3c"), std::string("\x4f")}) {
    ProbeReply reply;
    UserAuth auth(plan, reply);
    auth.start("session");
    EXPECT_EQ(auth.take(kServiceAccepted, kNow), AuthStep::more);
    EXPECT_EQ(auth.take(failure("publickey"), kNow), AuthStep::more);
    EXPECT_EQ(auth.take(answer, kNow), AuthStep::malformed);
  }
}

TEST(UserAuth, KeepsABannerWithinBounds) {
  const ProbePlan plan = plan_of(0);
  ProbeReply reply;
  UserAuth auth(plan, reply);
  auth.start("session");
  std::string banner("\x35");
  put_string(banner, std::string(5000, 'b'));
  put_string(banner, "");
  EXPECT_EQ(auth.take(banner, kNow), AuthStep::more);
  EXPECT_EQ(auth.take(banner, kNow), AuthStep::more);
  EXPECT_EQ(reply.auth.banner.size(), kBannerKept);
  EXPECT_TRUE(reply.auth.banner_cut);
}

}  // namespace
}  // namespace reentry::probe
