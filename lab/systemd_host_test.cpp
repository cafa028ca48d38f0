// Hosts that boot: systemd and its units are real, a reboot is one, and nothing is left behind.
#include "lab/systemd_host.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <functional>
#include <thread>

#include "lab/keeper.hpp"
#include "lab/posix.hpp"

namespace reentry::lab {
namespace {

using testing::HasSubstr;

class SystemdHost : public testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "making hosts needs root";
    auto made = base_tree(kSystemdSuite);
    ASSERT_TRUE(made) << made.error().what << ": " << made.error().why;
    tree_ = *made;
  }

  LabHost make(std::string name = {}, Bed bed = Bed::systemd) {
    auto host = LabHost::create(tree_, std::move(name), bed);
    if (!host) throw std::runtime_error(host.error().what + ": " + host.error().why);
    return std::move(*host);
  }

  static std::string say(LabHost& host, std::string_view script) {
    const auto ran = host.run(script);
    return ran ? ran->out + ran->err : ran.error().why;
  }

  static bool lets_in(LabHost& host, std::string_view from = kClientAddress) {
    LoginRequest request;
    request.user = "alice";
    request.key = "ed25519";
    request.from = from;
    const auto answer = host.login(request);
    return answer && answer->accepted;
  }

  static bool is_mounted(const std::string& name) {
    return read_whole("/proc/self/mounts").value_or("").find(fmt::format("{}/{} ", kRunFolder, name)) !=
           std::string::npos;
  }

  static bool soon(const std::function<bool()>& holds) {
    for (int i = 0; i < 3000; ++i) {
      if (holds()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
  }

  BaseTree tree_;
};

TEST_F(SystemdHost, BootsAndLetsIn) {
  auto host = make();
  EXPECT_EQ(say(host, "systemctl is-system-running"), "running\n") << say(host, "systemctl --failed");
  EXPECT_EQ(say(host, "systemctl is-active ssh.service"), "active\n");
  EXPECT_TRUE(lets_in(host));
  EXPECT_TRUE(lets_in(host, kOtherClientAddress));
  EXPECT_THAT(host.server_log(), HasSubstr("Accepted publickey for alice from 198.51.100.7"));
}

TEST_F(SystemdHost, NoFirewallIsUpAndARealOneCanBe) {
  auto host = make();
  EXPECT_EQ(say(host, "nft list ruleset"), "");
  ASSERT_EQ(say(host,
                "nft add table inet t; nft add chain inet t c '{type filter hook input priority 0;}'; "
                "nft add rule inet t c iif lo accept; nft add rule inet t c tcp dport 22 reject"),
            "");
  EXPECT_FALSE(lets_in(host));
  ASSERT_TRUE(host.reboot());
  EXPECT_EQ(say(host, "nft list ruleset"), "") << "rules of the kernel end with it";
  EXPECT_TRUE(lets_in(host));
}

TEST_F(SystemdHost, AFailedUnitIsToldWithItsJournal) {
  auto host = make();
  say(host, "echo 'PermitRootLogn yes' >>/etc/ssh/sshd_config");
  const auto state = host.start_sshd();
  ASSERT_TRUE(state);
  EXPECT_FALSE(state->running);
  EXPECT_THAT(state->said, HasSubstr("Bad configuration option: PermitRootLogn"));
  EXPECT_FALSE(lets_in(host));
}

TEST_F(SystemdHost, ARebootKeepsTheDiskAndNothingElse) {
  auto host = make();
  const auto boot = say(host, "cat /proc/sys/kernel/random/boot_id");
  say(host, "echo kept >/etc/motd; echo gone >/run/note; systemctl disable ssh");
  ASSERT_TRUE(lets_in(host));
  const auto init = host.init();
  const auto state = host.reboot();
  ASSERT_TRUE(state) << state.error().why;
  EXPECT_EQ(*state, "running");
  EXPECT_NE(host.init(), init);
  EXPECT_EQ(say(host, "cat /etc/motd; ls /run/note 2>/dev/null || true"), "kept\n");
  EXPECT_FALSE(lets_in(host)) << "the unit was disabled";
  ASSERT_TRUE(host.start_sshd()->running);
  EXPECT_TRUE(lets_in(host));
  EXPECT_THAT(host.server_log(), HasSubstr("Accepted publickey")) << "the journal has both boots";
}

TEST_F(SystemdHost, ABootThatStopsInTheEmergencyShellIsTold) {
  auto host = make();
  say(host, "echo 'nothing /srv nosuchfs defaults 0 0' >>/etc/fstab");
  const auto state = host.reboot();
  ASSERT_TRUE(state) << state.error().why;
  EXPECT_EQ(*state, "maintenance");
  EXPECT_EQ(say(host, "systemctl is-active emergency.service"), "active\n") << "it waits at the console";
  EXPECT_FALSE(lets_in(host));
}

TEST_F(SystemdHost, ThisMachinesSettingsAreOutOfReach) {
  auto host = make();
  EXPECT_THAT(say(host, "echo 1 >/proc/sys/kernel/pid_max || true"), HasSubstr("Read-only"));
  EXPECT_EQ(say(host, "sysctl -q -w net.ipv4.tcp_syncookies=0"), "");
  EXPECT_THAT(say(host, "systemd-run --quiet --wait date -s 2001-01-01 || echo refused"),
              HasSubstr("refused"));
}

TEST_F(SystemdHost, EndsWithItsKilledOwner) {
  const auto name = fmt::format("sd-owned-{}", getpid());
  const pid_t owner = fork();
  if (owner == 0) {
    auto host = LabHost::create(tree_, name, Bed::systemd);
    while (host) pause();
    _exit(1);
  }
  ASSERT_TRUE(soon([&] { return is_mounted(name); }));
  std::this_thread::sleep_for(std::chrono::milliseconds(700));  // in the middle of its boot
  kill(owner, SIGKILL);
  EXPECT_EQ(wait_for(owner), 128 + SIGKILL);
  EXPECT_TRUE(soon([&] { return !is_mounted(name); }));
}

TEST_F(SystemdHost, LeftoversOfAKilledKeeperAreCleanedUp) {
  auto host = make();
  kill(host.keeper(), SIGKILL);
  ASSERT_TRUE(soon([&] { return kill(host.init(), 0) != 0; }));
  clean_up_leftovers();
  EXPECT_FALSE(is_mounted(host.name()));
}

TEST_F(SystemdHost, AKeptOneOutlivesItsOwner) {
  const auto name = fmt::format("sd-kept-{}", getpid());
  {
    auto host = make(name);
    host.keep();
  }
  auto again = LabHost::attach(name);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->bed(), Bed::systemd);
  EXPECT_TRUE(lets_in(*again));
  EXPECT_TRUE(again->reboot());
  EXPECT_TRUE(lets_in(*again));
  EXPECT_TRUE(end_host(name));
  EXPECT_FALSE(is_mounted(name));
}

TEST_F(SystemdHost, AHostOnAWireIsReachedByItsInterface) {
  auto host = make({}, Bed::live);
  ASSERT_TRUE(host.start_sshd()->running);
  EXPECT_TRUE(lets_in(host));
  EXPECT_THAT(host.server_log(), HasSubstr("from 203.0.113.5"));
  say(host,
      "nft add table inet t; nft add chain inet t c '{type filter hook input priority 0;}'; "
      "nft add rule inet t c iifname eth0 ip saddr 203.0.113.5 reject");
  EXPECT_FALSE(lets_in(host));
  EXPECT_TRUE(lets_in(host, kOtherClientAddress));
}

TEST_F(SystemdHost, FilesOfThisMachineCanBeLent) {
  auto host = make({}, Bed::live);
  for (int i = 0; i < 2; ++i)
    ASSERT_TRUE(host.lend({{"/proc/self/exe", "test-program"}, {"/bin/true", "lib/x"}}));
  EXPECT_EQ(say(host, "/mnt/lib/x && test -s /mnt/test-program && ! touch /mnt/lib/x 2>/dev/null"), "");
  EXPECT_FALSE(host.lend({{"/no/such/file", "y"}}));
}

}  // namespace
}  // namespace reentry::lab
