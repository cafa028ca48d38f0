// Remedies for labels that SELinux refuses.
#include <gtest/gtest.h>

#include "support/one_finding.hpp"

namespace reentry {
namespace {

constexpr const char* kSsh = "system_u:object_r:ssh_home_t:s0";

Obstacle refused(Cause cause, const std::string& label, const std::string& mended, const std::string& mends) {
  return {cause,
          {"file", "/home/alice/.ssh/authorized_keys", 0, label},
          {},
          {{"path", "/home/alice/.ssh/authorized_keys"},
           {"label", label},
           {"expected", mended},
           {"mended", mended},
           {"mends", mends},
           {"domain", "sshd_t"},
           {"permissions", "open read"}}};
}

TEST(SelinuxLabel, ExactlyThatLabelIsSet) {
  const Finding found =
      testing::finding_of(testing::small_host(), refused(Cause::auth_selinux_label, "", kSsh, "yes"));
  ASSERT_EQ(found.remedies.size(), 1U);
  EXPECT_EQ(found.remedies[0].risk, Risk::safe);
  ASSERT_EQ(found.remedies[0].steps.size(), 1U);
  const auto& step = std::get<SetLabel>(found.remedies[0].steps[0]);
  EXPECT_EQ(step.path.str(), "/home/alice/.ssh/authorized_keys");
  EXPECT_EQ(step.before, "");
  EXPECT_EQ(step.after, kSsh);
}

TEST(SelinuxLabel, WhatTheRightLabelDoesNotMendIsForAPerson) {
  Obstacle obstacle = refused(Cause::auth_selinux_label, "system_u:object_r:nfs_t:s0", kSsh, "no");
  obstacle.details.emplace_back("boolean", "use_nfs_home_dirs");
  obstacle.details.emplace_back("value", "on");
  const Finding found = testing::finding_of(testing::small_host(), obstacle);
  ASSERT_EQ(found.remedies.size(), 1U);
  EXPECT_FALSE(found.remedies[0].automatic());
  EXPECT_EQ(found.remedies[0].commands.at(0), "setsebool -P use_nfs_home_dirs on");
}

void put_fact(Facts& facts, const char* path, const char* label, const char* expected) {
  LabelFact fact;
  fact.question = {HostPath(path), FileType::directory, LabelUse::judge, LabelActor::session};
  fact.label = std::string(label);
  fact.expected = std::string(expected);
  facts.labels.nodes.emplace(LabelFacts::key_of(HostPath(path), LabelUse::judge, LabelActor::session), fact);
}

TEST(SelinuxHome, ARuleForTheHomeAndTheLabelsThatFollow) {
  Facts facts = testing::small_host();
  constexpr const char* kDefault = "system_u:object_r:default_t:s0";
  put_fact(facts, "/data", kDefault, kDefault);
  put_fact(facts, "/data/alice", kDefault, kDefault);
  put_fact(facts, "/home", "", "system_u:object_r:home_root_t:s0");
  put_fact(facts, "/home/alice", "", "unconfined_u:object_r:user_home_dir_t:s0");
  testing::put_absent(facts, "/etc/selinux/targeted/contexts/files/file_contexts.local");
  testing::put_file(facts, "/etc/selinux/targeted/contexts/files/file_contexts.subs", "/run /var/run\n");
  const Finding found = testing::finding_of(
      facts, {Cause::auth_selinux_home,
              {"file", "/data/alice", 0, {}},
              {},
              {{"path", "/data/alice"}, {"nodes", "/data\n/data/alice\n"}, {"account", "alice"}}});
  ASSERT_EQ(found.remedies.size(), 1U);
  EXPECT_EQ(found.remedies[0].risk, Risk::choice);
  const std::vector<Step>& steps = found.remedies[0].steps;
  ASSERT_EQ(steps.size(), 4U);
  EXPECT_EQ(std::get<CreateFile>(steps[0]).bytes, "/data    -d    system_u:object_r:home_root_t:s0\n");
  EXPECT_EQ(std::get<EditFile>(steps[1]).after, "/run /var/run\n/data/alice /home/alice\n");
  EXPECT_EQ(std::get<SetLabel>(steps[2]).after, "system_u:object_r:home_root_t:s0");
  EXPECT_EQ(std::get<SetLabel>(steps[3]).after, "unconfined_u:object_r:user_home_dir_t:s0");
}

TEST(SelinuxPort, Port22IsAChoice) {
  Facts facts = testing::small_host();
  testing::put_file(facts, "/etc/ssh/sshd_config", "Port 2222\n");
  const Finding found =
      testing::finding_of(facts, {Cause::service_selinux_port,
                                  {"file", "/etc/ssh/sshd_config", 1, "Port 2222"},
                                  {},
                                  {{"port", "2222"}, {"type", "unreserved_port_t"}, {"domain", "sshd_t"}}});
  ASSERT_EQ(found.remedies.size(), 2U);
  EXPECT_EQ(found.remedies[0].commands.at(0), "semanage port -a -t ssh_port_t -p tcp 2222");
  EXPECT_EQ(found.remedies[1].risk, Risk::choice);
  EXPECT_EQ(testing::after(found.remedies[1].steps), "Port 22\n");
}

}  // namespace
}  // namespace reentry
