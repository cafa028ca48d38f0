// What is said and mended of full and read-only file systems, processes and memory.
#include <gtest/gtest.h>

#include "support/one_finding.hpp"

namespace reentry {
namespace {

constexpr const char* kStack = "/etc/pam.d/common-session";

Obstacle failed(Cause cause, const std::string& line) {
  return {cause,
          {"file", "/var/log", 0, "0 of 9 blocks free"},
          {{"file", kStack, 2, line}},
          {{"path", "/var/log"},
           {"what", "blocks"},
           {"needed_file", kStack},
           {"needed_line", "2"},
           {"needed_by", line}}};
}

Finding told(Cause cause, const std::string& line) {
  Facts facts = testing::small_host();
  testing::put_file(facts, kStack, "# x\n" + line + "\n");
  return testing::finding_of(facts, failed(cause, line));
}

TEST(FileSystemFull, TheModuleThatMustWriteBecomesOptional) {
  const Finding finding = told(Cause::system_file_system_full, "session required\tpam_lastlog.so showfailed");
  ASSERT_EQ(finding.remedies.size(), 2U);
  EXPECT_EQ(finding.remedies[0].risk, Risk::choice);
  EXPECT_EQ(testing::after(finding.remedies[0].steps), "# x\nsession optional\tpam_lastlog.so showfailed\n");
  EXPECT_EQ(finding.remedies[1].risk, Risk::manual);
}

TEST(FileSystemFull, OtherControlsAreForAPerson) {
  EXPECT_EQ(told(Cause::system_file_system_full, "session [default=bad] pam_lastlog.so").remedies.size(), 1U);
}

TEST(ReadOnly, AStackThatProvesWhoItIsIsLeftAlone) {
  const Finding finding = told(Cause::system_read_only, "auth required pam_faillock.so preauth");
  ASSERT_EQ(finding.remedies.size(), 1U);
  EXPECT_EQ(finding.remedies[0].risk, Risk::manual);
  EXPECT_EQ(told(Cause::system_read_only, "session required pam_lastlog.so").remedies.size(), 2U);
}

TEST(TaskLimit, TheGroupIsTheUnitToRaise) {
  const Obstacle obstacle{
      Cause::system_task_limit,
      {"process", "/sys/fs/cgroup/system.slice/ssh.service/pids.max", 0, "9 of 9"},
      {},
      {{"source", "/sys/fs/cgroup/system.slice/ssh.service/pids.max"}, {"most", "9"}, {"now", "9"}}};
  const Finding finding = testing::finding_of(testing::small_host(), obstacle);
  EXPECT_EQ(finding.severity, Severity::blocker);
  EXPECT_NE(finding.remedies.at(0).commands.at(1).find("ssh.service TasksMax"), std::string::npos);
}

TEST(ListenBeforeNetwork, TheUnitIsToWait) {
  const Obstacle obstacle{Cause::service_listen_before_network,
                          {"file", "/etc/ssh/sshd_config", 3, "ListenAddress 10.0.0.1"},
                          {},
                          {{"address", "10.0.0.1"}, {"unit", "ssh.service"}}};
  const Finding finding = testing::finding_of(testing::small_host(), obstacle);
  EXPECT_EQ(finding.remedies.at(0).commands.at(0), "mkdir -p /etc/systemd/system/ssh.service.d");
}

}  // namespace
}  // namespace reentry
