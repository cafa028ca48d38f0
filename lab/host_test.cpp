// Hosts come up fast, do not touch each other, and leave nothing behind however they end.
#include "lab/host.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "lab/keeper.hpp"
#include "lab/posix.hpp"

namespace reentry::lab {
namespace {

using testing::HasSubstr;
using testing::Not;

class Host : public testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "making hosts needs root";
    auto made = base_tree();
    ASSERT_TRUE(made) << made.error().what << ": " << made.error().why;
    tree_ = *made;
  }

  LabHost make(std::string name = {}) {
    auto host = LabHost::create(tree_, std::move(name));
    if (!host) throw std::runtime_error(host.error().what + ": " + host.error().why);
    return std::move(*host);
  }

  static bool is_mounted(const std::string& name) {
    return read_whole("/proc/self/mounts").value_or("").find(fmt::format("{}/{} ", kRunFolder, name)) !=
           std::string::npos;
  }

  static bool soon(const std::function<bool()>& holds) {
    for (int i = 0; i < 500; ++i) {
      if (holds()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
  }

  static LoginRequest by_key(std::string user) {
    LoginRequest request;
    request.user = std::move(user);
    request.key = "ed25519";
    return request;
  }

  BaseTree tree_;
};

TEST_F(Host, ListensAsSoonAsItIsStarted) {
  auto host = make();
  const auto state = host.start_sshd();
  ASSERT_TRUE(state);
  EXPECT_TRUE(state->running) << state->said;
}

TEST_F(Host, LetsInByKeyPasswordAndNobodyElse) {
  auto host = make();
  ASSERT_TRUE(host.start_sshd());
  for (const auto* user : {"root", "alice", "bob", "dave"}) {
    const auto answer = host.login(by_key(user));
    ASSERT_TRUE(answer);
    EXPECT_TRUE(answer->accepted) << user << ": " << answer->said;
  }
  LoginRequest carol;
  carol.user = "carol";
  carol.password = "carol-pw";
  EXPECT_TRUE(host.login(carol)->accepted);
  carol.password = "wrong";
  EXPECT_FALSE(host.login(carol)->accepted);
  auto stranger = by_key("alice");
  stranger.key = "stranger";
  const auto refused = host.login(stranger);
  EXPECT_FALSE(refused->accepted);
  EXPECT_THAT(refused->said, HasSubstr("Permission denied"));
}

TEST_F(Host, ClientComesFromTheAddressAskedFor) {
  auto host = make();
  ASSERT_TRUE(host.start_sshd());
  auto request = by_key("alice");
  request.from = kOtherClientAddress;
  EXPECT_TRUE(host.login(request)->accepted);
  EXPECT_THAT(host.server_log(), HasSubstr("from 198.51.100.7"));
}

TEST_F(Host, TerminalSftpAndForwardingWork) {
  auto host = make();
  ASSERT_TRUE(host.start_sshd());
  for (const auto want : {Want::shell, Want::sftp, Want::forward}) {
    auto request = by_key("alice");
    request.want = want;
    const auto answer = host.login(request);
    EXPECT_TRUE(answer->accepted) << answer->command << "\n" << answer->said;
  }
}

TEST_F(Host, ChangesStayInTheHost) {
  auto host = make();
  auto other = make();
  ASSERT_EQ(host.run("echo changed > /etc/motd; rm -r /home/alice")->status, 0);
  EXPECT_EQ(read_whole(host.root() + "/etc/motd"), "changed\n");
  EXPECT_NE(access((host.root() + "/home/alice").c_str(), F_OK), 0);
  EXPECT_EQ(access((other.root() + "/home/alice").c_str(), F_OK), 0);
  EXPECT_EQ(access((tree_.root + "/home/alice").c_str(), F_OK), 0);
}

TEST_F(Host, ScriptsReportTheirFailure) {
  auto host = make();
  const auto ran = host.run("echo out; echo err >&2; exit 7");
  EXPECT_EQ(ran->status, 7);
  EXPECT_EQ(ran->out, "out\n");
  EXPECT_EQ(ran->err, "err\n");
  const auto hung = host.run("sleep 60", std::chrono::milliseconds(100));
  EXPECT_TRUE(hung->timed_out);
}

TEST_F(Host, ABrokenConfigurationIsTold) {
  auto host = make();
  ASSERT_EQ(host.run("echo 'PermitRootLogn yes' >> /etc/ssh/sshd_config")->status, 0);
  const auto state = host.start_sshd();
  ASSERT_TRUE(state);
  EXPECT_FALSE(state->running);
  EXPECT_THAT(state->said, HasSubstr("Bad configuration option: PermitRootLogn"));
  EXPECT_THAT(host.login(by_key("alice"))->said, HasSubstr("Connection refused"));
}

TEST_F(Host, SshdStartsAgainAfterItsEnd) {
  auto host = make();
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(host.start_sshd()->running);
    EXPECT_TRUE(host.login(by_key("alice"))->accepted);
    host.stop_sshd();
    EXPECT_FALSE(host.login(by_key("alice"))->accepted);
  }
}

TEST_F(Host, LeavesNothingBehind) {
  std::string name;
  {
    auto host = make();
    name = host.name();
    ASSERT_TRUE(host.start_sshd());
    EXPECT_TRUE(is_mounted(name));
  }
  EXPECT_FALSE(is_mounted(name));
  EXPECT_NE(access(fmt::format("{}/{}", kRunFolder, name).c_str(), F_OK), 0);
}

TEST_F(Host, EndsWithItsKilledOwner) {
  const auto name = fmt::format("owned-{}", getpid());
  const pid_t owner = fork();
  if (owner == 0) {
    auto host = LabHost::create(tree_, name);
    if (!host || !host->start_sshd()) _exit(1);
    while (true) pause();
  }
  ASSERT_TRUE(soon([&] { return !kept_hosts().empty() && is_mounted(name); }));
  kill(owner, SIGKILL);
  EXPECT_EQ(wait_for(owner), 128 + SIGKILL);
  EXPECT_TRUE(soon([&] { return !is_mounted(name); }));
}

TEST_F(Host, LeftoversOfAKilledKeeperAreCleanedUp) {
  auto host = make();
  kill(host.keeper(), SIGKILL);
  ASSERT_TRUE(soon([&] { return kill(host.init(), 0) != 0; }));
  // Whoever makes the next host cleans up, here or in a test that runs beside this one.
  clean_up_leftovers();
  EXPECT_FALSE(is_mounted(host.name()));
}

TEST_F(Host, AKeptHostOutlivesItsOwnerUntilItIsEnded) {
  const auto name = fmt::format("kept-{}", getpid());
  {
    auto host = make(name);
    ASSERT_TRUE(host.start_sshd()->running);
    host.keep();
  }
  auto again = LabHost::attach(name);
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->login(by_key("alice"))->accepted);
  again->stop_sshd();
  EXPECT_TRUE(again->start_sshd()->running);
  EXPECT_TRUE(again->login(by_key("alice"))->accepted);
  EXPECT_TRUE(end_host(name));
  EXPECT_FALSE(is_mounted(name));
  EXPECT_FALSE(end_host(name));
}

TEST_F(Host, NameMustBeNewAndPlain) {
  auto host = make();
  EXPECT_FALSE(LabHost::create(tree_, host.name()));
  EXPECT_TRUE(is_mounted(host.name()));
  EXPECT_FALSE(LabHost::create(tree_, "../etc"));
}

}  // namespace
}  // namespace reentry::lab
