#include "facts/kernel_log.hpp"

#include <gtest/gtest.h>

namespace reentry {
namespace {

TEST(KernelLog, TheLastKillOfThatProgramCounts) {
  const std::string_view log =
      "Nov 1 a kernel: [1.0] Out of memory: Killed process 10 (sshd) total-vm:1kB\n"
      "Nov 2 a kernel: [2.0] Memory cgroup out of memory: Killed process 812 (sshd) total-vm:2kB\n"
      "Nov 3 a kernel: [3.0] Out of memory: Killed process 813 (mysqld) total-vm:3kB\n";
  EXPECT_NE(last_oom_kill(log, "sshd").find("812"), std::string_view::npos);
  EXPECT_TRUE(last_oom_kill(log, "nginx").empty());
  EXPECT_TRUE(
      last_oom_kill("a logger: Killed process 1 (sshd)\nkernel: Killed process (sshd)", "sshd").empty());
  EXPECT_TRUE(last_oom_kill("", "sshd").empty());
}

}  // namespace
}  // namespace reentry
