// Other releases, another server, and a server that is full.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

#include "bed.hpp"
#include "probe/file_signer.hpp"

namespace reentry::testing {
namespace {

using probe::ProbeGoal;
using probe::ProbePlan;
using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

ProbePlan session_plan(ProbeBed& bed, const std::vector<std::string>& keys) {
  ProbePlan plan;
  plan.goal = ProbeGoal::session;
  plan.user = "alice";
  for (const std::string& name : keys) plan.keys.push_back(bed.key(name));
  plan.sign = [&bed, keys](std::size_t key, std::string_view algorithm, std::string_view message) {
    return probe::sign_with_file(bed.private_file(keys[key]), algorithm, message);
  };
  plan.session = {"true", false, true, 300'000};
  return plan;
}

void expect_all_known(const ProbeReply& reply) {
  SCOPED_TRACE(described(reply));
  EXPECT_EQ(reply.end, ProbeEnd::done);
  ASSERT_EQ(reply.auth.keys.size(), 3U);
  EXPECT_EQ(reply.auth.keys[0].answer, KeyAnswer::refused);
  EXPECT_EQ(reply.auth.keys[1].answer, KeyAnswer::accepted);
  EXPECT_EQ(reply.auth.keys[2].answer, KeyAnswer::accepted);
  EXPECT_EQ(reply.auth.login, LoginAnswer::accepted);
  ASSERT_EQ(reply.session.channels.size(), 2U);
  EXPECT_EQ(reply.session.channels[0].exit_status, 0U);
  EXPECT_EQ(reply.session.channels[1].sftp_version, 3U);
}

// A host of another release stands in a network of its own: its tests run in a child of theirs.
class OtherRelease : public ::testing::TestWithParam<std::tuple<std::string, std::string>> {};

void probe_release(const std::string& suite, const std::string& version) {
  ProbeBed bed(suite);
  ASSERT_TRUE(bed.ready()) << bed.reason();
  ASSERT_TRUE(bed.serve(2210, "")) << bed.reason();
  for (const bool pipelining : {true, false}) {
    ProbePlan plan = session_plan(bed, {"stranger", "ed25519", "rsa"});
    plan.pipelining = pipelining;
    const ProbeReply reply = probe_port(2210, plan);
    EXPECT_THAT(reply.banner.identification.value_or(""), StartsWith(version));
    expect_all_known(reply);
  }
}

TEST_P(OtherRelease, AnswersPipelinedAndInLockStep) {
  const auto& [suite, version] = GetParam();
  const pid_t child = ::fork();
  if (child == 0) {
    probe_release(suite, version);
    std::_Exit(HasFailure() ? 1 : 0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
}

INSTANTIATE_TEST_SUITE_P(Real, OtherRelease,
                         ::testing::Values(std::tuple("bullseye", "SSH-2.0-OpenSSH_8.4p1"),
                                           std::tuple("trixie", "SSH-2.0-OpenSSH_10.0p2")));

class Peers : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!bookworm().ready()) GTEST_SKIP() << bookworm().reason();
  }
};

TEST_F(Peers, DropbearAnswersPipelinedAndInLockStep) {
  const char* program = "/usr/sbin/dropbear";
  if (::access(program, X_OK) != 0) GTEST_SKIP() << "dropbear is not installed";
  const auto loans = lab::program_with_libraries(program);
  ASSERT_TRUE(loans);
  ASSERT_TRUE(bookworm().host().lend(*loans));
  ASSERT_TRUE(bookworm().host().run("mkdir -p /etc/dropbear"));
  const auto started = bookworm().host().run_lent({"-R", "-E", "-p", "2211", "-P", "/tmp/dropbear.pid"});
  ASSERT_TRUE(started);
  ASSERT_EQ(started->status, 0) << started->err;
  for (const bool pipelining : {true, false}) {
    ProbePlan plan = session_plan(bookworm(), {"stranger", "ed25519", "rsa"});
    plan.session.sftp = false;
    plan.pipelining = pipelining;
    int connections = 0;
    const auto reply = probe::run_probe_patiently(job_for(2211, plan), connections);
    ASSERT_TRUE(reply);
    SCOPED_TRACE(described(*reply));
    EXPECT_THAT(reply->banner.identification.value_or(""), StartsWith("SSH-2.0-dropbear"));
    EXPECT_EQ(reply->end, ProbeEnd::done);
    EXPECT_EQ(connections, 1);
    EXPECT_EQ(reply->auth.keys[0].answer, KeyAnswer::refused);
    EXPECT_EQ(reply->auth.keys[1].answer, KeyAnswer::accepted);
    EXPECT_EQ(reply->auth.keys[2].answer, KeyAnswer::accepted);
    EXPECT_EQ(reply->session.channels.at(0).exit_status, 0U);
  }
}

TEST_F(Peers, AFullServerSaysSo) {
  ASSERT_TRUE(bookworm().serve(2212, "MaxStartups 1")) << bookworm().reason();
  ProbePlan slow;
  slow.goal = ProbeGoal::kex_init;
  // One connection that says nothing takes the only place.
  const auto job = job_for(2212, slow);
  const int idle = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  ASSERT_EQ(::connect(idle, reinterpret_cast<const sockaddr*>(&job.address), job.address_size), 0);
  ::usleep(200'000);
  const ProbeReply reply = probe_port(2212, slow);
  ::close(idle);
  EXPECT_EQ(reply.banner.kind, BannerKind::max_startups) << described(reply);
  EXPECT_THAT(reply.banner.lines_before, ElementsAre("Exceeded MaxStartups"));
}

TEST_F(Peers, KeysAreExchangedAnewWhenTheServerWantsIt) {
  ASSERT_TRUE(bookworm().serve(2213, "RekeyLimit 16K")) << bookworm().reason();
  ProbePlan plan = session_plan(bookworm(), {"stranger", "ed25519", "rsa"});
  plan.session = {"head -c 300000 /dev/zero; true", false, true, 300'000};
  const ProbeReply reply = probe_port(2213, plan);
  expect_all_known(reply);
  ASSERT_FALSE(reply.session.channels.empty());
  EXPECT_EQ(reply.session.channels[0].out_bytes, 300'000U);
}

TEST_F(Peers, SessionsThatTheServerRefuses) {
  ASSERT_TRUE(bookworm().serve(2214, "MaxSessions 0")) << bookworm().reason();
  ProbeReply reply = probe_port(2214, session_plan(bookworm(), {"ed25519"}));
  EXPECT_EQ(reply.session.channels.at(0).state, ChannelState::open_failed) << described(reply);
  ASSERT_TRUE(bookworm().serve(2215, "ChrootDirectory /tmp")) << bookworm().reason();
  reply = probe_port(2215, session_plan(bookworm(), {"ed25519"}));
  EXPECT_EQ(reply.auth.login, LoginAnswer::accepted) << described(reply);
  EXPECT_EQ(reply.stage, ProbeStage::session);
  // A chroot that others may write into.
  EXPECT_THAT(reply.end, AnyOf(ProbeEnd::closed, ProbeEnd::reset));
  ASSERT_TRUE(bookworm().serve(2216, "PermitTTY no\nForceCommand echo no sftp here")) << bookworm().reason();
  ProbePlan plan = session_plan(bookworm(), {"ed25519"});
  plan.session = {std::nullopt, true, true, 300'000};
  reply = probe_port(2216, plan);
  EXPECT_EQ(reply.session.channels.at(0).terminal, false) << described(reply);
  EXPECT_EQ(reply.session.channels.at(1).sftp_length, 0x6e6f2073U) << "`no s`";
}

TEST_F(Peers, StepsOfSeveralMethodsAreTold) {
  ASSERT_TRUE(bookworm().serve(2217, "AuthenticationMethods publickey,password")) << bookworm().reason();
  const ProbeReply reply = probe_port(2217, session_plan(bookworm(), {"ed25519"}));
  EXPECT_THAT(reply.auth.methods, ElementsAre("publickey")) << described(reply);
  EXPECT_EQ(reply.auth.login, LoginAnswer::partial);
  EXPECT_THAT(reply.auth.login_methods, ElementsAre("password"));
}

TEST_F(Peers, ABannerOfTheServerIsKept) {
  ASSERT_TRUE(bookworm().host().run("echo 'no trespassing' >/tmp/issue"));
  ASSERT_TRUE(bookworm().serve(2218, "Banner /tmp/issue")) << bookworm().reason();
  ProbePlan plan;
  plan.user = "nobody-here";
  EXPECT_THAT(probe_port(2218, plan).auth.banner, HasSubstr("no trespassing"));
}

// What real ssh says of the same server, user and keys.
TEST_F(Peers, SshAgrees) {
  ASSERT_TRUE(bookworm().serve(2219, "PasswordAuthentication no\nKbdInteractiveAuthentication no"));
  const std::vector<std::string> names = {"stranger", "rsa1024", "ed25519"};
  for (const std::string user : {"alice", "carol"}) {
    std::vector<std::string> command = {"ssh",
                                        "-v",
                                        "-F",
                                        "none",
                                        "-oBatchMode=yes",
                                        "-oIdentitiesOnly=yes",
                                        "-oStrictHostKeyChecking=no",
                                        "-oUserKnownHostsFile=/dev/null",
                                        "-p2219"};
    ProbePlan plan;
    plan.goal = ProbeGoal::keys;
    plan.user = user;
    for (const std::string& name : names) {
      command.push_back("-i" + bookworm().keys_folder() + "/" + name);
      plan.keys.push_back(bookworm().key(name));
    }
    command.push_back(user + "@" + std::string(lab::kServerAddress));
    command.emplace_back("true");
    const std::string said = bookworm().client(command);
    const ProbeReply reply = probe_port(2219, plan);
    SCOPED_TRACE(described(reply));
    EXPECT_THAT(reply.auth.methods, ElementsAre("publickey"));
    EXPECT_THAT(said, HasSubstr("Authentications that can continue: publickey\r\n"));
    for (std::size_t i = 0; i < names.size(); ++i) {
      const bool accepted = said.find("Server accepts key: " + bookworm().keys_folder() + "/" + names[i] +
                                      " ") != std::string::npos;
      EXPECT_EQ(reply.auth.keys[i].answer == KeyAnswer::accepted, accepted) << names[i] << "\n" << said;
    }
  }
}

}  // namespace
}  // namespace reentry::testing
