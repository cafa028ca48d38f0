#include "facts/tasks.hpp"

#include <gtest/gtest.h>

namespace reentry {
namespace {

TEST(Tasks, TheGroupsThatBoundThem) {
  const auto both = parse_task_groups("9:name=systemd:/a\n8:cpu,pids:/b/c\n0::/system.slice/ssh.service\n");
  ASSERT_EQ(both.size(), 2U);
  EXPECT_EQ(both[0].path, "/b/c");
  EXPECT_FALSE(both[0].unified);
  EXPECT_EQ(both[1].path, "/system.slice/ssh.service");
  EXPECT_TRUE(both[1].unified);
  EXPECT_TRUE(parse_task_groups("0::/../x\n8:pids\n\n7:cpuset:/y").empty());
}

TEST(Tasks, NumbersOfTheKernel) {
  EXPECT_EQ(threads_of_loadavg("0.02 0.10 0.20 3/412 9999\n"), 412U);
  EXPECT_FALSE(threads_of_loadavg("0.02"));
  EXPECT_EQ(first_number("4915\n"), 4915U);
  EXPECT_FALSE(first_number("max\n"));
  EXPECT_FALSE(first_number("99999999999999999999999"));
}

TEST(Tasks, AProcess) {
  const TasksOfProcess process = parse_process_status("Name:\tx\nUid:\t1000\t0\t0\t0\nThreads:\t7\n");
  EXPECT_EQ(process.uid, 1000U);
  EXPECT_EQ(process.threads, 7U);
  EXPECT_FALSE(parse_process_status("Uid:\tx").uid);
}

}  // namespace
}  // namespace reentry
