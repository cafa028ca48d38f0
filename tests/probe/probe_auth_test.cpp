// Keys and sessions as the real sshd judges them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bed.hpp"
#include "probe/file_signer.hpp"

namespace reentry::testing {
namespace {

using probe::ProbeGoal;
using probe::ProbePlan;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr int kPort = 2202;

class Auth : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!bookworm().ready()) GTEST_SKIP() << bookworm().reason();
    static const bool up = bookworm().serve(kPort, "LogLevel VERBOSE");
    ASSERT_TRUE(up) << bookworm().reason();
  }
  static ProbePlan plan_for(const std::string& user, const std::vector<std::string>& keys) {
    ProbePlan plan;
    plan.goal = ProbeGoal::keys;
    plan.user = user;
    for (const std::string& name : keys) plan.keys.push_back(bookworm().key(name));
    return plan;
  }
  static ProbePlan session_for(const std::string& user, const std::string& key) {
    ProbePlan plan = plan_for(user, {key});
    plan.goal = ProbeGoal::session;
    plan.sign = [key](std::size_t, std::string_view algorithm, std::string_view message) {
      return probe::sign_with_file(bookworm().private_file(key), algorithm, message);
    };
    return plan;
  }
};

std::vector<KeyAnswer> answers(const ProbeReply& reply) {
  std::vector<KeyAnswer> out;
  for (const KeyReply& key : reply.auth.keys) out.push_back(key.answer);
  return out;
}

TEST_F(Auth, AsksAllKeysInOneFlight) {
  ProbePlan plan = plan_for("alice", {"stranger", "rsa1024", "ed25519", "rsa", "ecdsa", "ca"});
  for (const bool pipelining : {true, false}) {
    plan.pipelining = pipelining;
    const ProbeReply reply = probe_port(kPort, plan);
    SCOPED_TRACE(described(reply));
    EXPECT_EQ(reply.end, ProbeEnd::done);
    EXPECT_THAT(answers(reply), ElementsAre(KeyAnswer::refused, KeyAnswer::refused, KeyAnswer::accepted,
                                            KeyAnswer::accepted, KeyAnswer::accepted, KeyAnswer::refused));
    EXPECT_EQ(reply.auth.refusals, 3);
    if (pipelining) {
      EXPECT_LE(reply.ended.round_trips, 5);
    }
  }
}

TEST_F(Auth, StopsBeforeTheServerHangsUp) {
  ProbePlan plan = plan_for("alice", {"stranger", "stranger", "stranger", "stranger", "stranger", "ed25519"});
  ProbeReply reply = probe_port(kPort, plan);
  EXPECT_EQ(reply.end, ProbeEnd::done) << described(reply);
  EXPECT_EQ(reply.auth.keys[5].why, NotAsked::budget);
  plan.most_refusals = 10;
  plan.keys.insert(plan.keys.begin(), plan.keys[0]);
  reply = probe_port(kPort, plan);
  EXPECT_EQ(reply.end, ProbeEnd::disconnected) << described(reply);
  ASSERT_TRUE(reply.disconnect);
  EXPECT_EQ(reply.disconnect->text, "Too many authentication failures");
  EXPECT_EQ(reply.auth.refusals, 6);
  EXPECT_TRUE(reply.auth.keys[5].by_disconnect) << described(reply);
  EXPECT_FALSE(reply.choked_on_pipelining);
}

TEST_F(Auth, LogsInAndRunsACommandAShellAndSftp) {
  for (const std::string key : {"ed25519", "ecdsa", "rsa"}) {
    ProbePlan plan = session_for("alice", key);
    plan.session = {"true", true, true, 300'000};
    const ProbeReply reply = probe_port(kPort, plan);
    SCOPED_TRACE(described(reply));
    EXPECT_EQ(reply.end, ProbeEnd::done);
    EXPECT_EQ(reply.auth.login, LoginAnswer::accepted);
    ASSERT_EQ(reply.session.channels.size(), 3U);
    const auto& [command, shell, sftp] =
        std::tie(reply.session.channels[0], reply.session.channels[1], reply.session.channels[2]);
    EXPECT_EQ(command.exit_status, 0U);
    EXPECT_EQ(command.state, ChannelState::ended);
    EXPECT_EQ(shell.state, ChannelState::running);
    EXPECT_EQ(shell.terminal, true);
    EXPECT_EQ(sftp.sftp_version, 3U);
    EXPECT_GE(reply.session.host_keys.size(), 3U);
  }
}

TEST_F(Auth, TellsAShellThatEndsAtOnce) {
  ASSERT_TRUE(bookworm().host().run("usermod -s /usr/sbin/nologin bob"));
  ProbePlan plan = session_for("bob", "ed25519");
  plan.session = {"true", true, true, 1'000'000};
  const ProbeReply reply = probe_port(kPort, plan);
  SCOPED_TRACE(described(reply));
  ASSERT_EQ(reply.session.channels.size(), 3U);
  EXPECT_EQ(reply.session.channels[0].exit_status, 1U);
  EXPECT_EQ(reply.session.channels[1].exit_status, 1U);
  EXPECT_EQ(reply.session.channels[1].state, ChannelState::ended);
  EXPECT_THAT(reply.session.channels[1].out, HasSubstr("This account is currently not available."));
  ASSERT_TRUE(bookworm().host().run("usermod -s /bin/bash bob"));
}

}  // namespace
}  // namespace reentry::testing
