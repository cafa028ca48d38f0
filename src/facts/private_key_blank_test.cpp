#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "facts/private_key.hpp"

namespace reentry {
namespace {

class BlankedKey : public testing::TestWithParam<const char*> {};

std::string made_by_ssh_keygen(const std::string& arguments) {
  char folder[] = "/tmp/reentry-blank-XXXXXX";
  if (::mkdtemp(folder) == nullptr) return {};
  const std::string path = std::string(folder) + "/key";
  const std::string command = "ssh-keygen -q -C '' " + arguments + " -f " + path;
  if (std::system(command.c_str()) != 0) return {};
  std::ifstream in(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << in.rdbuf();
  if (std::system(("rm -rf " + std::string(folder)).c_str()) != 0) return {};
  return bytes.str();
}

TEST_P(BlankedKey, IsJudgedAlikeAndHoldsNoSecret) {
  const std::string real = made_by_ssh_keygen(GetParam());
  ASSERT_FALSE(real.empty());
  const std::string blanked = blank_private_key(real);
  EXPECT_NE(blanked, real);
  const PrivateKeyFile before = judge_private_key(real);
  const PrivateKeyFile after = judge_private_key(blanked);
  EXPECT_EQ(after.state, before.state);
  ASSERT_EQ(after.key.has_value(), before.key.has_value());
  if (before.key) {
    EXPECT_EQ(after.key->blob, before.key->blob);
  }
  // Blanking what is blank changes nothing: no byte of it depends on the secret.
  EXPECT_EQ(blank_private_key(blanked), blanked);
}

INSTANTIATE_TEST_SUITE_P(Types, BlankedKey,
                         testing::Values("-t ed25519 -N ''", "-t rsa -b 2048 -N ''", "-t ecdsa -b 256 -N ''",
                                         "-t ecdsa -b 521 -N ''", "-t rsa -b 2048 -N '' -m PEM",
                                         "-t ed25519 -N secret-passphrase",
                                         "-t rsa -b 2048 -N secret-passphrase -m PEM"));

TEST(BlankedKey, ADamagedFileLeavesNothing) {
  const std::string damaged = "-----BEGIN OPENSSH PRIVATE KEY-----\nc2VjcmV0\n";
  EXPECT_EQ(blank_private_key(damaged).find("c2Vj"), std::string::npos);
  EXPECT_EQ(judge_private_key(blank_private_key(damaged)).state, PrivateKeyState::damaged);
}

}  // namespace
}  // namespace reentry
