#include "login/pam_stack.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/login_bed.hpp"

namespace reentry {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testing_support::LoginBed;

// A stack written as pam.d writes it; the answers of its modules in order.
PamRun run(const std::string& lines, const std::vector<PamCode>& answers) {
  LoginBed bed;
  bed.pam(lines);
  return run_pam_stack(bed.facts.pam.sshd.stack(PamType::account), answers);
}

constexpr PamCode kYes = PamCode::success;
constexpr PamCode kNo = PamCode::auth_err;
constexpr PamCode kSkip = PamCode::ignore;

TEST(RunPamStack, RequiredGoesOnAndRequisiteEnds) {
  const std::string required = "account required a.so\naccount required b.so\n";
  EXPECT_EQ(run(required, {kYes, kYes}).status, kYes);
  EXPECT_EQ(run(required, {kNo, kYes}).status, kNo);
  EXPECT_THAT(run(required, {kNo, kNo}).called, ElementsAre(0U, 1U));
  const PamRun requisite = run("account requisite a.so\naccount required b.so\n", {kNo, kYes});
  EXPECT_THAT(requisite.called, ElementsAre(0U));
  EXPECT_THAT(requisite.decisive, ElementsAre(0U));
}

TEST(RunPamStack, AStackThatNobodyAnswersDenies) {
  EXPECT_EQ(run("account required a.so\n", {kSkip}).status, PamCode::perm_denied);
  EXPECT_EQ(run("account optional a.so\n", {kNo}).status, PamCode::perm_denied);
  EXPECT_EQ(run("", {}).status, PamCode::perm_denied);
}

TEST(RunPamStack, SufficientEndsUnlessSomethingFailedBefore) {
  const std::string lines = "account required a.so\naccount sufficient b.so\naccount required c.so\n";
  EXPECT_EQ(run(lines, {kYes, kYes, kNo}).status, kYes);
  EXPECT_EQ(run(lines, {kNo, kYes, kYes}).status, kNo);
  EXPECT_EQ(run(lines, {kYes, kNo, kYes}).status, kYes);
}

TEST(RunPamStack, JumpsCountModulesAndCannotLeaveTheStack) {
  const std::string debian =
      "account [success=1 new_authtok_reqd=done default=ignore] unix.so\naccount requisite deny.so\n"
      "account required permit.so\n";
  EXPECT_EQ(run(debian, {kYes, kNo, kYes}).status, kYes);
  EXPECT_EQ(run(debian, {kNo, kNo, kYes}).status, kNo);
  EXPECT_EQ(run(debian, {PamCode::new_authtok_reqd, kNo, kYes}).status, PamCode::new_authtok_reqd);
  const PamRun beyond = run("account [success=5 default=ignore] a.so\naccount required b.so\n", {kYes, kYes});
  EXPECT_TRUE(beyond.bad_jump);
  EXPECT_EQ(beyond.status, PamCode::perm_denied);
}

TEST(RunPamStack, ASubstackKeepsItsDoneToItself) {
  LoginBed bed;
  bed.pam({{"sshd", "account substack sub\naccount required b.so\n"},
           {"sub", "account sufficient a.so\naccount required x.so\n"}});
  const auto& stack = bed.facts.pam.sshd.stack(PamType::account);
  ASSERT_THAT(stack, SizeIs(4));
  EXPECT_EQ(run_pam_stack(stack, {kYes, kYes, kNo, kNo}).status, kNo)
      << "b.so behind the substack still counts";
  EXPECT_EQ(run_pam_stack(stack, {kYes, kYes, kNo, kYes}).status, kYes);
  bed.pam({{"sshd", "account include sub\naccount required b.so\n"}, {"sub", "account sufficient a.so\n"}});
  EXPECT_EQ(run_pam_stack(bed.facts.pam.sshd.stack(PamType::account), {kYes, kNo}).status, kYes);
}

TEST(RunPamStack, ResetGoesBackToTheSubstacksEntry) {
  LoginBed bed;
  bed.pam(
      {{"sshd", "account substack sub\n"}, {"sub", "account required a.so\naccount [default=reset] b.so\n"}});
  EXPECT_EQ(run_pam_stack(bed.facts.pam.sshd.stack(PamType::account), {kYes, kYes, kNo}).status,
            PamCode::perm_denied);
}

TEST(JudgePam, NamesEveryFaultBehindTheFirst) {
  LoginBed bed;
  bed.pam("account requisite pam_gone.so\naccount required pam_nologin.so\naccount required pam_permit.so\n");
  bed.file("/etc/nologin", "maintenance\n");
  const PamJudgement judgement = bed.pam_answer(PamCall::account);
  EXPECT_EQ(judgement.result, GateResult::refuse);
  ASSERT_THAT(judgement.obstacles, SizeIs(2));
  EXPECT_EQ(judgement.obstacles[0].cause, Cause::account_pam_module_missing);
  EXPECT_EQ(judgement.obstacles[1].cause, Cause::account_nologin);
}

TEST(JudgePam, BlamesWhatFellThroughToPamDeny) {
  LoginBed bed;
  bed.shadow("alice:*:20000:0:99999:7::1000:\n");
  bed.pam(
      "account [success=1 default=ignore] pam_unix.so\naccount requisite pam_deny.so\naccount required "
      "pam_permit.so\n");
  const PamJudgement judgement = bed.pam_answer(PamCall::account);
  ASSERT_THAT(judgement.obstacles, SizeIs(1));
  EXPECT_EQ(judgement.obstacles[0].cause, Cause::account_expired);
}

TEST(JudgePam, APlainDenyIsItsOwnReason) {
  LoginBed bed;
  bed.pam("account required pam_deny.so\n");
  const PamJudgement judgement = bed.pam_answer(PamCall::account);
  ASSERT_THAT(judgement.obstacles, SizeIs(1));
  EXPECT_EQ(judgement.obstacles[0].cause, Cause::account_pam_denies);
  EXPECT_EQ(judgement.obstacles[0].at.line, 1U);
}

TEST(JudgePam, AModuleThatCannotBeJudgedMattersOnlyWhereItDecides) {
  LoginBed bed;
  bed.pam("account optional pam_sss.so\naccount required pam_permit.so\n");
  EXPECT_EQ(bed.pam_answer(PamCall::account).result, GateResult::pass);
  bed.pam("account required pam_sss.so\n");
  const PamJudgement open = bed.pam_answer(PamCall::account);
  EXPECT_EQ(open.result, GateResult::unknown);
  EXPECT_THAT(open.unknown, SizeIs(1));
  bed.pam("account required pam_sss.so\naccount required pam_deny.so\n");
  EXPECT_EQ(bed.pam_answer(PamCall::account).result, GateResult::refuse) << "denied whatever sssd says";
}

TEST(JudgePam, ADashOnlySilencesTheLog) {
  LoginBed bed;
  bed.pam("-account required pam_gone.so\n");
  EXPECT_EQ(bed.pam_answer(PamCall::account).result, GateResult::refuse);
  bed.pam("-account sufficient pam_gone.so\naccount required pam_permit.so\n");
  EXPECT_EQ(bed.pam_answer(PamCall::account).result, GateResult::pass);
}

TEST(JudgePam, AModuleWithoutTheFunctionAnswersModuleUnknown) {
  LoginBed bed;
  bed.pam("account required pam_limits.so\n");
  const PamJudgement judgement = bed.pam_answer(PamCall::account);
  ASSERT_THAT(judgement.obstacles, SizeIs(1));
  EXPECT_EQ(judgement.obstacles[0].cause, Cause::account_pam_module_missing);
}

}  // namespace
}  // namespace reentry
