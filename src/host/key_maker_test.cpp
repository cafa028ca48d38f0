#include "host/key_maker.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "facts/private_key.hpp"

namespace reentry {
namespace {

int our_folders() {
  int count = 0;
  for (const char* above : {"/dev/shm", "/run", "/tmp"}) {
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(above, ignored)) {
      const std::string name = entry.path().filename().string();
      if (name.starts_with("reentry-") && std::filesystem::exists(entry.path() / "key", ignored)) ++count;
    }
  }
  return count;
}

TEST(KeyMaker, BothHalvesFitAndNothingIsLeftBehind) {
  if (!can_make_keys()) GTEST_SKIP() << "no ssh-keygen";
  for (const char* type : {"ed25519", "ecdsa"}) {
    const auto pair = make_key_pair(type, 0, "root@web1");
    ASSERT_TRUE(pair) << pair.error().why;
    const PrivateKeyFile made = judge_private_key(pair->private_half);
    ASSERT_TRUE(made.loads());
    KeyProblem problem = KeyProblem::none;
    const auto open = key_from_line(pair->public_half, problem);
    ASSERT_TRUE(open);
    EXPECT_EQ(open->blob, made.key->blob);
    EXPECT_TRUE(pair->public_half.ends_with(" root@web1\n"));
  }
  EXPECT_EQ(our_folders(), 0);
}

TEST(KeyMaker, ATypeThatSshKeygenDoesNotKnowIsItsFailure) {
  if (!can_make_keys()) GTEST_SKIP() << "no ssh-keygen";
  const auto pair = make_key_pair("no-such-type", 0, "x");
  ASSERT_FALSE(pair);
  EXPECT_EQ(pair.error().kind, ErrorKind::change);
  EXPECT_NE(pair.error().why.find("status"), std::string::npos);
}

}  // namespace
}  // namespace reentry
