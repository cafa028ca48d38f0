#include "facts/ssh_algorithms.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace reentry {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Not;

SshBuild build_of(int major, int minor) {
  SshBuild build;
  build.version = {major, minor, 1};
  return build;
}

TEST(SshAlgorithms, RsaWithSha1IsOffSince88) {
  EXPECT_THAT(default_algorithms(AlgorithmKind::key, build_of(8, 7)), Contains("ssh-rsa"));
  EXPECT_THAT(default_algorithms(AlgorithmKind::key, build_of(8, 8)), Not(Contains("ssh-rsa")));
  EXPECT_THAT(known_algorithms(AlgorithmKind::key, build_of(10, 0)), Contains("ssh-rsa"));
}

TEST(SshAlgorithms, ServerHasNoFiniteFieldGroupsSince10) {
  EXPECT_THAT(default_algorithms(AlgorithmKind::kex, build_of(9, 9)),
              Contains("diffie-hellman-group14-sha256"));
  EXPECT_THAT(default_algorithms(AlgorithmKind::kex, build_of(10, 0)),
              Not(Contains("diffie-hellman-group14-sha256")));
  EXPECT_EQ(default_algorithms(AlgorithmKind::kex, build_of(10, 0)).front(), "mlkem768x25519-sha256");
}

TEST(SshAlgorithms, DsaIsGoneSince10) {
  EXPECT_EQ(refused_algorithm(AlgorithmKind::key, "+ssh-dss", build_of(9, 9)), std::nullopt);
  EXPECT_EQ(refused_algorithm(AlgorithmKind::key, "+ssh-dss", build_of(10, 0)), "ssh-dss");
}

TEST(SshAlgorithms, PrefixesAreRelativeToTheDefault) {
  const SshBuild build = build_of(9, 2);
  const std::size_t count = default_algorithms(AlgorithmKind::cipher, build).size();
  EXPECT_EQ(assemble_algorithms(AlgorithmKind::cipher, "+3des-cbc", build)->size(), count + 1);
  EXPECT_EQ(assemble_algorithms(AlgorithmKind::cipher, "^3des-cbc", build)->front(), "3des-cbc");
  EXPECT_THAT(*assemble_algorithms(AlgorithmKind::cipher, "-*@openssh.com", build),
              ElementsAre("aes128-ctr", "aes192-ctr", "aes256-ctr"));
}

TEST(SshAlgorithms, WildcardsOnlyInKeyLists) {
  const SshBuild build = build_of(9, 2);
  EXPECT_EQ(refused_algorithm(AlgorithmKind::key, "ssh-*", build), std::nullopt);
  EXPECT_EQ(refused_algorithm(AlgorithmKind::cipher, "aes*", build), "aes*");
}

TEST(SshAlgorithms, AnEmptyResultIsNone) {
  const SshBuild build = build_of(9, 2);
  EXPECT_EQ(assemble_algorithms(AlgorithmKind::key, "rsa", build), std::nullopt);
  EXPECT_EQ(assemble_algorithms(AlgorithmKind::key, "!ssh-rsa", build), std::nullopt);
}

}  // namespace
}  // namespace reentry
