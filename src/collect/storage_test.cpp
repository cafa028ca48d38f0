#include "collect/storage.hpp"

#include <gtest/gtest.h>

#include "collect/tasks.hpp"

namespace reentry {
namespace {

TEST(CollectStorage, AsksForTheUsualPlacesAndTheTallies) {
  MemoryTree tree;
  tree.put_directory(HostPath("/var/log"));
  tree.put_directory(HostPath("/var/lib/faillock"));
  FileSystem small;
  small.blocks = 7;
  tree.put_file_system(HostPath("/"), FileSystem{});
  tree.put_file_system(HostPath("/var"), small);
  tree.put_file(HostPath("/etc/fstab"), "/dev/a / ext4 ro\n/dev/b /b ext4 noauto\n");
  Facts facts;
  facts.pam.tally_directories = {HostPath("/var/lib/faillock")};
  collect_storage(tree, facts, {});
  const auto& known = facts.system.storage.file_systems;
  EXPECT_EQ(known.at("/var/log")->blocks, 7U);
  EXPECT_EQ(known.at("/var/lib/faillock")->blocks, 7U);
  EXPECT_EQ(known.at("/")->blocks, 0U);
  EXPECT_EQ(known.count("/home"), 0U);
  EXPECT_EQ(facts.system.storage.fstab.size(), 1U);
}

TEST(CollectTasks, TheNearestBoundOfGroupsAndKernel) {
  MemoryTree tree;
  tree.put_file(HostPath("/proc/loadavg"), "0 0 0 1/300 5\n");
  tree.put_file(HostPath("/proc/sys/kernel/threads-max"), "1000\n");
  tree.put_file(HostPath("/proc/sys/kernel/pid_max"), "32768\n");
  tree.put_file(HostPath("/proc/700/cgroup"), "0::/system.slice/ssh.service\n");
  tree.put_file(HostPath("/proc/700/status"), "Uid:\t0\t0\t0\t0\nThreads:\t1\n");
  tree.put_file(HostPath("/proc/701/status"), "Uid:\t1000\t1000\t1000\t1000\nThreads:\t4\n");
  tree.put_file(HostPath("/sys/fs/cgroup/system.slice/ssh.service/pids.max"), "max\n");
  tree.put_file(HostPath("/sys/fs/cgroup/system.slice/pids.max"), "50\n");
  tree.put_file(HostPath("/sys/fs/cgroup/system.slice/pids.current"), "49\n");
  Facts facts;
  collect_tasks(tree, facts);
  EXPECT_FALSE(facts.system.tasks) << "it does not run";
  facts.running.collected = true;
  ListeningSocket socket;
  socket.port = 22;
  socket.owners.push_back({700, "/usr/sbin/sshd", false, false, {}, 0, {}});
  facts.running.sockets = std::vector<ListeningSocket>{socket};
  collect_tasks(tree, facts);
  ASSERT_TRUE(facts.system.tasks);
  EXPECT_EQ(facts.system.tasks->source, "/sys/fs/cgroup/system.slice/pids.max");
  EXPECT_EQ(facts.system.tasks->left(), 1U);
  EXPECT_FALSE(facts.system.tasks_of_users) << "no limit asks for it";
  facts.paths.put({tree.walk(HostPath("/etc/security/limits.conf")), std::string("* hard nproc 5\n")});
  collect_tasks(tree, facts);
  ASSERT_TRUE(facts.system.tasks_of_users);
  EXPECT_EQ(facts.system.tasks_of_users->at(1000), 4U);
}

}  // namespace
}  // namespace reentry
