#include "repair/plan.hpp"

#include <gtest/gtest.h>

namespace reentry {
namespace {

Finding finding(Cause cause, Risk risk, std::vector<Step> steps, Severity severity = Severity::blocker) {
  Finding out;
  out.cause = cause;
  out.severity = severity;
  out.title = say("title", "題");
  Remedy remedy;
  remedy.id = std::string(id_of(cause)) + "#test";
  remedy.risk = risk;
  remedy.text = say("mend", "直す");
  remedy.steps = std::move(steps);
  remedy.commands = {"do it"};
  out.remedies.push_back(std::move(remedy));
  return out;
}

Diagnosis diagnosis(std::vector<Finding> findings) {
  Diagnosis out;
  out.findings = std::move(findings);
  return out;
}

const HostPath kConfig("/etc/ssh/sshd_config");
const std::string kBase = "Port 22\nUsePAM yes\nX11Forwarding no\n";

TEST(Plan, SafeLeavesDecisionsToAPerson) {
  const Diagnosis sick =
      diagnosis({finding(Cause::auth_home_writable, Risk::safe, {SetMode{HostPath("/h"), 0777, 0755}}),
                 finding(Cause::auth_not_in_allow_users, Risk::choice, {EditFile{kConfig, "a", "b"}}),
                 finding(Cause::service_sshd_missing, Risk::manual, {})});
  const Plan safe = make_plan(sick, {});
  ASSERT_EQ(safe.items.size(), 1U);
  EXPECT_EQ(safe.items[0].cause, Cause::auth_home_writable);
  ASSERT_EQ(safe.left.size(), 2U);
  EXPECT_EQ(safe.left[0].why, LeftWhy::needs_choice);
  EXPECT_EQ(safe.left[1].why, LeftWhy::manual);
  EXPECT_EQ(safe.left[1].commands, std::vector<std::string>{"do it"});
  const Plan choice = make_plan(sick, {Risk::choice, {}});
  EXPECT_EQ(choice.items.size(), 2U);
}

TEST(Plan, ASafeRemedyIsTakenBeforeAChoice) {
  Finding both = finding(Cause::auth_keys_file_missing, Risk::choice, {SetMode{HostPath("/h"), 0777, 0700}});
  both.remedies.push_back(both.remedies.front());
  both.remedies.back().risk = Risk::safe;
  both.remedies.back().id = "safe";
  EXPECT_EQ(make_plan(diagnosis({both}), {}).items[0].remedy, "safe");
}

TEST(Plan, OnlyNamesWhatIsMended) {
  const Diagnosis sick = diagnosis(
      {finding(Cause::auth_home_writable, Risk::safe, {SetMode{HostPath("/h"), 0777, 0755}}),
       finding(Cause::auth_ssh_dir_writable, Risk::safe, {SetMode{HostPath("/h/.ssh"), 0777, 0700}}),
       finding(Cause::auth_home_owner, Risk::safe, {SetOwner{HostPath("/h"), 0, 0, 1, 1}},
               Severity::notice)});
  EXPECT_EQ(make_plan(sick, {}).items.size(), 2U) << "notices are left alone";
  const Plan only = make_plan(sick, {Risk::safe, {Cause::auth_home_owner}});
  ASSERT_EQ(only.items.size(), 1U);
  EXPECT_EQ(only.items[0].cause, Cause::auth_home_owner);
  EXPECT_EQ(only.left[0].why, LeftWhy::not_selected);
}

TEST(Plan, EditsOfOneFileAreMerged) {
  const Plan plan = make_plan(
      diagnosis(
          {finding(Cause::service_config_syntax, Risk::safe,
                   {EditFile{kConfig, kBase, "Port 2222\nUsePAM yes\nX11Forwarding no\n"}}),
           finding(Cause::auth_pubkey_off, Risk::safe, {EditFile{kConfig, kBase, "Port 22\nUsePAM yes\n"}})}),
      {});
  ASSERT_EQ(plan.items.size(), 2U);
  ASSERT_EQ(plan.steps.size(), 1U);
  EXPECT_EQ(std::get<EditFile>(plan.steps[0]).after, "Port 2222\nUsePAM yes\n");
  EXPECT_EQ(plan.items[0].steps, plan.items[1].steps);
}

TEST(Plan, AnEditOfTheSameLineIsLeftForTheNextRun) {
  const Plan plan =
      make_plan(diagnosis({finding(Cause::service_config_syntax, Risk::safe,
                                   {EditFile{kConfig, kBase, "Port 1\nUsePAM yes\nX11Forwarding no\n"}}),
                           finding(Cause::auth_pubkey_off, Risk::safe,
                                   {SetMode{HostPath("/h"), 0777, 0755},
                                    EditFile{kConfig, kBase, "Port 2\nUsePAM yes\nX11Forwarding no\n"}})}),
                {});
  EXPECT_EQ(plan.items.size(), 1U);
  EXPECT_EQ(plan.steps.size(), 1U) << "a remedy is taken whole or left whole";
  ASSERT_EQ(plan.left.size(), 1U);
  EXPECT_EQ(plan.left[0].why, LeftWhy::overlaps);
}

TEST(Plan, WhatTwoAskForAlikeIsDoneOnce) {
  const HostPath home("/h");
  const Plan plan = make_plan(
      diagnosis({finding(Cause::auth_home_writable, Risk::safe,
                         {SetMode{home, 0777, 0757}, CreateDirectory{HostPath("/run/sshd"), 0755, 0, 0}}),
                 finding(Cause::auth_ssh_dir_writable, Risk::safe,
                         {SetMode{home, 0777, 0775}, CreateDirectory{HostPath("/run/sshd"), 0755, 0, 0}}),
                 finding(Cause::auth_home_owner, Risk::safe, {SetOwner{home, 0, 0, 5, 5}})}),
      {});
  ASSERT_EQ(plan.items.size(), 3U);
  ASSERT_EQ(plan.steps.size(), 3U);
  EXPECT_EQ(std::get<SetMode>(plan.steps[0]).after, 0755U) << "both bits go";
}

TEST(Plan, NothingIsDoneBelowWhatMoves) {
  const Plan plan = make_plan(diagnosis({finding(Cause::auth_home_missing, Risk::safe,
                                                 {RenameFile{HostPath("/home/a"), HostPath("/home/b")}}),
                                         finding(Cause::auth_ssh_dir_writable, Risk::safe,
                                                 {SetMode{HostPath("/home/a/.ssh"), 0777, 0700}})}),
                              {});
  EXPECT_EQ(plan.items.size(), 1U);
  ASSERT_EQ(plan.left.size(), 1U);
  EXPECT_EQ(plan.left[0].why, LeftWhy::overlaps);
}

}  // namespace
}  // namespace reentry
