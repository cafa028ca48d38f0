#include "host/label_oracle.hpp"

#include <gtest/gtest.h>

namespace reentry {
namespace {

constexpr const char* kContexts =
    "/.*\tsystem_u:object_r:default_t:s0\n"
    "/etc(/.*)?\tsystem_u:object_r:etc_t:s0\n"
    "/etc/shadow\t--\tsystem_u:object_r:shadow_t:s0\n"
    "/proc/.*\t<<none>>\n";

LabelFact node(const char* path, Known<std::string> label, FileType type = FileType::regular) {
  LabelFact fact;
  fact.question = {HostPath(path), type, LabelUse::read, LabelActor::session};
  fact.label = std::move(label);
  return fact;
}

LabelInquiry inquiry_of(std::vector<LabelFact> nodes) {
  LabelInquiry inquiry;
  inquiry.contexts.main = kContexts;
  inquiry.nodes = std::move(nodes);
  return inquiry;
}

std::string expected(const LabelAnswers& answers, std::size_t at) {
  return answers.nodes[at].expected ? *answers.nodes[at].expected : "?";
}

TEST(LabelOracle, ExpectsWhatFileContextsSay) {
  LabelInquiry inquiry =
      inquiry_of({node("/etc/shadow", {}), node("/etc/shadow", {}, FileType::directory), node("/proc/1", {}),
                  node("/home/alice/.ssh/x", {}), node("/data/x", {}), node("/elsewhere/alice/.ssh/x", {})});
  inquiry.contexts.homedirs = "/home/[^/]+/\\.ssh(/.*)?\tsystem_u:object_r:ssh_home_t:s0\n";
  inquiry.contexts.local = "/data(/.*)?\tsystem_u:object_r:usr_t:s0\n";
  inquiry.contexts.subs = "/elsewhere /home\n";
  const LabelAnswers answers = ask_labels(inquiry);
  ASSERT_TRUE(answers.contexts.has_value()) << answers.contexts.missing().detail;
  EXPECT_EQ(expected(answers, 0), "system_u:object_r:shadow_t:s0");
  EXPECT_EQ(expected(answers, 1), "system_u:object_r:etc_t:s0");
  EXPECT_EQ(expected(answers, 2), "");
  EXPECT_EQ(expected(answers, 3), "system_u:object_r:ssh_home_t:s0");
  EXPECT_EQ(expected(answers, 4), "system_u:object_r:usr_t:s0");
  EXPECT_EQ(expected(answers, 5), "system_u:object_r:ssh_home_t:s0");
  EXPECT_FALSE(answers.nodes[0].refused.has_value()) << "nobody asked a policy";
}

TEST(LabelOracle, MendsAsRestoreconDoes) {
  LabelInquiry inquiry = inquiry_of({node("/etc/a", std::string("unconfined_u:object_r:tmp_t:s0:c1")),
                                     node("/etc/a", std::string()),
                                     node("/etc/a", std::string("unconfined_u:object_r:etc_t:s0")),
                                     node("/etc/a", std::string("system_u:object_r:mine_t:s0")),
                                     node("/proc/1", std::string("system_u:object_r:tmp_t:s0"))});
  inquiry.contexts.customizable = "mine_t\n";
  const LabelAnswers answers = ask_labels(inquiry);
  EXPECT_EQ(answers.nodes[0].mended, "unconfined_u:object_r:etc_t:s0:c1") << "the type alone";
  EXPECT_TRUE(answers.nodes[0].differs());
  EXPECT_EQ(answers.nodes[1].mended, "system_u:object_r:etc_t:s0");
  EXPECT_EQ(answers.nodes[2].mended, "unconfined_u:object_r:etc_t:s0") << "another user is no difference";
  EXPECT_FALSE(answers.nodes[2].differs());
  EXPECT_EQ(answers.nodes[3].mended, "system_u:object_r:mine_t:s0") << "an administrator's own choice stays";
  EXPECT_EQ(answers.nodes[4].mended, "system_u:object_r:tmp_t:s0");
}

TEST(LabelOracle, WhatIsMalformedIsMissing) {
  LabelInquiry inquiry = inquiry_of({node("/etc/a", std::string("system_u:object_r:etc_t:s0"))});
  const std::string rubbish =
      std::string("\x8c\xff\x7c\xf9\x08\0\0\0SE Linux!\0\0\0", 20) + std::string(400, '\xff');
  inquiry.policy = rubbish;
  inquiry.domains.sshd = std::string("system_u:object_r:sshd_exec_t:s0");
  inquiry.domains.sshd_path = HostPath("/usr/sbin/sshd");
  const LabelAnswers answers = ask_labels(inquiry);
  EXPECT_TRUE(answers.contexts.has_value());
  ASSERT_FALSE(answers.policy.has_value());
  EXPECT_EQ(answers.policy.missing().why, Why::malformed);
  EXPECT_FALSE(answers.nodes[0].refused.has_value());
  inquiry.contexts.main = "/etc/([\tsystem_u:object_r:etc_t:s0\nonly\n";
  const LabelAnswers worse = ask_labels(inquiry);
  EXPECT_FALSE(worse.nodes[0].expected.has_value() && *worse.nodes[0].expected != "");
  inquiry.contexts.main.clear();
  EXPECT_FALSE(ask_labels(inquiry).contexts.has_value());
}

}  // namespace
}  // namespace reentry
