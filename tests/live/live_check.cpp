// `reentry fix` and `undo` on the machine itself: sshd is reloaded or started, for real, and never against
// its own word.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <string>

#include "lab/base_tree.hpp"
#include "lab/host.hpp"
#include "lab/process.hpp"

namespace reentry::lab {
namespace {

using testing::HasSubstr;
using testing::Not;

class Live : public testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "making hosts needs root";
    auto tree = base_tree();
    ASSERT_TRUE(tree) << tree.error().what << ": " << tree.error().why;
    auto made = LabHost::create(*tree);
    ASSERT_TRUE(made) << made.error().what << ": " << made.error().why;
    host_.emplace(std::move(*made));
    const auto loans = program_with_libraries(REENTRY_PROGRAM);
    ASSERT_TRUE(loans && host_->lend(*loans));
  }

  std::string inside(const std::string& script) {
    const auto ran = host_->run(script);
    if (!ran) return ran.error().what + ": " + ran.error().why;
    last_status_ = ran->status;
    return ran->out + ran->err;
  }
  std::string reentry(const std::string& words) {
    return inside("LC_ALL=C.UTF-8 LD_LIBRARY_PATH=/mnt/lib ASAN_OPTIONS=detect_leaks=0 /mnt/reentry " +
                  words);
  }
  std::string fix(const std::string& more = {}) {
    return reentry("fix --user alice --key /mnt/ed25519.pub --from 203.0.113.5 --apply --yes " + more);
  }
  bool alice_gets_in() {
    LoginRequest request;
    request.user = "alice";
    request.key = "ed25519";
    const auto answer = host_->login(request);
    return answer && answer->accepted;
  }
  std::string listener() {
    return inside("pid=$(cat /run/sshd.pid 2>/dev/null) && kill -0 $pid && echo $pid || true");
  }

  std::optional<LabHost> host_;
  int last_status_ = -1;
};

TEST_F(Live, ARunningSshdReadsWhatWasMendedAndKeepsItsProcess) {
  inside("echo 'AllowUsers bob' >>/etc/ssh/sshd_config");
  ASSERT_TRUE(host_->start_sshd());
  ASSERT_FALSE(alice_gets_in());
  const std::string before = listener();
  const std::string said = fix("--risk choice");
  EXPECT_EQ(last_status_, 0) << said;
  EXPECT_THAT(said, HasSubstr("kill -HUP"));
  EXPECT_THAT(said, HasSubstr("own sshd accepts it"));
  EXPECT_TRUE(alice_gets_in()) << said;
  EXPECT_EQ(listener(), before) << "reloaded, not restarted";

  const std::string undone = reentry("undo --yes");
  EXPECT_EQ(last_status_, 0) << undone;
  EXPECT_THAT(undone, HasSubstr("kill -HUP"));
  EXPECT_FALSE(alice_gets_in()) << undone;
  EXPECT_EQ(listener(), before);
}

TEST_F(Live, AnSshdThatIsDownIsStarted) {
  inside("echo 'PermitRootLogin prohibit-pasword' >>/etc/ssh/sshd_config");
  const std::string planned = reentry("fix --user alice --key /mnt/ed25519.pub");
  EXPECT_THAT(planned, HasSubstr("would accept it"));
  EXPECT_EQ(listener(), "") << "a plan starts nothing";
  const std::string said = fix();
  EXPECT_THAT(said, HasSubstr("/etc/init.d/ssh start"));
  EXPECT_THAT(said, HasSubstr("$ /etc/init.d/ssh stop"));
  EXPECT_TRUE(alice_gets_in()) << said;
}

TEST_F(Live, WhatSshdRefusesIsNotGivenToARunningOne) {
  ASSERT_TRUE(host_->start_sshd());
  inside("echo 'PermitRootLogin prohibit-pasword' >>/etc/ssh/sshd_config");
  fix();
  const std::string before = listener();
  const std::string undone = reentry("undo --yes --lang ja");
  EXPECT_THAT(undone, HasSubstr("sshd は再読み込みしていません"));
  EXPECT_THAT(undone, HasSubstr("prohibit-pasword"));
  EXPECT_THAT(undone, HasSubstr("$ /usr/sbin/sshd -t && kill -HUP"));
  EXPECT_EQ(listener(), before);
  EXPECT_TRUE(alice_gets_in()) << "the sshd that runs goes on with what it had read";
}

TEST_F(Live, WhatSshdDoesNotReadAtItsStartReloadsNothing) {
  ASSERT_TRUE(host_->start_sshd());
  inside("chmod 777 /home/alice");
  const std::string said = fix();
  EXPECT_THAT(said, HasSubstr("0777 -> 0755"));
  EXPECT_THAT(said, Not(HasSubstr("kill -HUP")));
  EXPECT_TRUE(alice_gets_in()) << said;
}

TEST_F(Live, WithoutAServiceScriptOneLineSaysWhatToRun) {
  inside("rm /etc/init.d/ssh; echo 'PermitRootLogin prohibit-pasword' >>/etc/ssh/sshd_config");
  const std::string said = fix();
  EXPECT_THAT(said, HasSubstr("sshd was not reloaded"));
  EXPECT_THAT(said, HasSubstr("$ /usr/sbin/sshd"));
}

}  // namespace
}  // namespace reentry::lab
