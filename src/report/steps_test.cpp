#include "report/steps.hpp"

#include <gtest/gtest.h>

namespace reentry {
namespace {

// As it is after the plan was carried out: the step carries the secret.
EditFile filled_step() {
  EditFile step{
      HostPath("/etc/ssh/identity"), "half a secret\n", "-----BEGIN OPENSSH PRIVATE KEY-----\nx\n", {}};
  step.made = MadeContent{MadeContent::Kind::private_key, step.path, "ed25519", 0, "root@web1"};
  return step;
}

TEST(Steps, WhatIsMadeIsNamedAndNeverShown) {
  const EditFile step = filled_step();
  EXPECT_TRUE(is_made(step));
  EXPECT_EQ(words_for(step).en, "put a new ed25519 key into /etc/ssh/identity");
  Remedy remedy;
  remedy.steps = {step};
  EXPECT_EQ(diff_of(remedy), "");
}

TEST(Steps, APublicHalfHasItsModeAndOwnerNamed) {
  CreateFile step{HostPath("/etc/ssh/identity.pub"), {}, 0644, 0, 0, {}};
  EXPECT_FALSE(is_made(step));
  step.made = MadeContent{MadeContent::Kind::public_key, HostPath("/etc/ssh/identity"), "ed25519", 0, {}};
  EXPECT_EQ(words_for(step).en, "write its public half to /etc/ssh/identity.pub (mode 0644, owner 0:0)");
  EXPECT_FALSE(words_for(step).ja.empty());
}

}  // namespace
}  // namespace reentry
