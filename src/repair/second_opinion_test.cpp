#include "repair/second_opinion.hpp"

#include <gtest/gtest.h>

namespace reentry {
namespace {

SandboxAnswer exited(int status, std::string said) {
  SandboxAnswer answer;
  answer.end = SandboxAnswer::End::exited;
  answer.status = status;
  answer.said = std::move(said);
  return answer;
}

using Verdict = SecondOpinion::Verdict;

TEST(SecondOpinion, NamesTheFileAndLine) {
  const SecondOpinion first =
      read_answer(exited(255,
                         "/etc/ssh/sshd_config: line 123: Bad configuration option: Foo\r\n"
                         "/etc/ssh/sshd_config: terminating, 1 bad configuration options\r\n"));
  EXPECT_EQ(first.verdict, Verdict::refuses);
  EXPECT_EQ(first.at.path, "/etc/ssh/sshd_config");
  EXPECT_EQ(first.at.line, 123U);
  ASSERT_EQ(first.said.size(), 2U);
  EXPECT_EQ(first.said[0], "/etc/ssh/sshd_config: line 123: Bad configuration option: Foo");
  const SecondOpinion other =
      read_answer(exited(255, "/etc/ssh/sshd_config.d/a.conf line 7: unsupported option \"x\".\r\n"));
  EXPECT_EQ(other.at.path, "/etc/ssh/sshd_config.d/a.conf");
  EXPECT_EQ(other.at.line, 7U);
}

TEST(SecondOpinion, WarningsAreNoRefusal) {
  const SecondOpinion opinion =
      read_answer(exited(0, "/etc/ssh/sshd_config line 3: Deprecated option UsePrivilegeSeparation\r\n"));
  EXPECT_EQ(opinion.verdict, Verdict::accepts);
}

TEST(SecondOpinion, WhatTheSandboxLacksIsNoVerdict) {
  for (const char* said :
       {"Missing privilege separation directory: /run/sshd\r\n",
        "/etc/ssh/sshd_config line 2: bad addr or host: bastion (Name or service not known)\r\n"}) {
    const SecondOpinion opinion = read_answer(exited(255, said));
    EXPECT_EQ(opinion.verdict, Verdict::none) << said;
    EXPECT_FALSE(opinion.why_none.empty()) << said;
  }
  EXPECT_EQ(read_answer(exited(255, "Missing privilege separation directory: /var/empty/sshd\r\n")).verdict,
            Verdict::refuses);
}

TEST(SecondOpinion, AnAnswerThatNeverEndsIsNone) {
  SandboxAnswer answer;
  answer.end = SandboxAnswer::End::too_much;
  answer.said = std::string(60000, 'x') + "\n/a line 1: b";
  const SecondOpinion opinion = read_answer(answer);
  EXPECT_EQ(opinion.verdict, Verdict::none);
  EXPECT_FALSE(opinion.why_none.empty());
}

Diagnosis refused_at(std::string_view gate_id, std::vector<Cause> causes) {
  Diagnosis diagnosis;
  LoginTrace trace;
  Gate gate;
  gate.id = gate_id;
  gate.result = GateResult::refuse;
  for (const Cause cause : causes) {
    Obstacle obstacle;
    obstacle.cause = cause;
    gate.obstacles.push_back(obstacle);
  }
  trace.gates = {gate};
  diagnosis.logins = {trace};
  return diagnosis;
}

Plan mends(Cause cause) {
  Plan plan;
  plan.items.emplace_back();
  plan.items.back().cause = cause;
  return plan;
}

TEST(SecondOpinion, WeExpectAStartOnceEveryFaultOfTheServiceIsMended) {
  const Diagnosis one = refused_at("service/config", {Cause::service_config_syntax});
  EXPECT_EQ(expect_start(one, nullptr), std::optional(false));
  Plan plan = mends(Cause::service_config_syntax);
  EXPECT_EQ(expect_start(one, &plan), std::optional(true));
  plan.left.emplace_back();
  plan.left.back().cause = Cause::service_config_syntax;  // another line of the same kind stays
  EXPECT_EQ(expect_start(one, &plan), std::optional(false));
  const Diagnosis two =
      refused_at("service/config", {Cause::service_config_syntax, Cause::service_config_contradiction});
  const Plan half = mends(Cause::service_config_syntax);
  EXPECT_EQ(expect_start(two, &half), std::optional(false));
  // What refuses one user keeps nobody's sshd from starting.
  EXPECT_EQ(expect_start(refused_at("auth/user", {Cause::auth_not_in_allow_users}), nullptr),
            std::optional(true));
  EXPECT_EQ(expect_start(Diagnosis(), nullptr), std::nullopt);
}

TEST(SecondOpinion, OnlyAnotherAnswerThanOursContradicts) {
  SecondOpinion opinion;
  opinion.we_expect = true;
  EXPECT_FALSE(opinion.contradicts());
  opinion.verdict = Verdict::accepts;
  EXPECT_FALSE(opinion.contradicts());
  opinion.verdict = Verdict::refuses;
  EXPECT_TRUE(opinion.contradicts());
  opinion.we_expect.reset();
  EXPECT_FALSE(opinion.contradicts());
}

TEST(SecondOpinion, KnowsWhatSshdReadsWhenItStarts) {
  Facts facts;
  facts.config.files = {{HostPath("/srv/sshd.conf"), ""}};
  facts.config.main_file = HostPath("/srv/sshd.conf");
  for (const char* path : {"/srv/sshd.conf", "/etc/ssh/ssh_host_rsa_key", "/etc/passwd", "/etc/default/ssh"})
    EXPECT_TRUE(read_at_start(facts, HostPath(path))) << path;
  for (const char* path :
       {"/home/alice/.ssh/authorized_keys", "/etc/pam.d/sshd", "/etc/shadow", "/etc/nologin"})
    EXPECT_FALSE(read_at_start(facts, HostPath(path))) << path;
  EXPECT_TRUE(touches_start(facts, {SetMode{HostPath("/etc/ssh"), 0777, 0755}}));
  EXPECT_FALSE(touches_start(facts, {SetMode{HostPath("/home/alice"), 0777, 0755}}));
}

}  // namespace
}  // namespace reentry
