// Every algorithm that the real sshd offers, and what it says of methods and keys.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bed.hpp"
#include "facts/public_key.hpp"
#include "probe/key_exchange.hpp"
#include "probe/packet_guard.hpp"
#include "probe/transport.hpp"

namespace reentry::testing {
namespace {

using probe::ProbeGoal;
using probe::ProbePlan;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::StartsWith;

constexpr int kEverything = 2201;

class Real : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!bookworm().ready()) GTEST_SKIP() << bookworm().reason();
    static const bool up = bookworm().serve(
        kEverything,
        "KexAlgorithms "
        "+diffie-hellman-group14-sha1,diffie-hellman-group1-sha1,diffie-hellman-group-exchange-sha1\n"
        "Ciphers +aes128-cbc,aes192-cbc,aes256-cbc,3des-cbc\n"
        "MACs +hmac-sha1-96,hmac-md5\n"
        "HostKeyAlgorithms +ssh-rsa,ssh-dss\nHostKey /tmp/keys/dsa");
    ASSERT_TRUE(up) << bookworm().reason();
  }
};

ProbePlan methods_of(const std::string& user) {
  ProbePlan plan;
  plan.goal = ProbeGoal::methods;
  plan.user = user;
  return plan;
}

TEST_F(Real, TellsTheOfferTheHostKeyAndTheMethods) {
  const ProbeReply reply = probe_port(kEverything, methods_of("alice"));
  SCOPED_TRACE(described(reply));
  EXPECT_EQ(reply.end, ProbeEnd::done);
  EXPECT_THAT(reply.banner.identification.value_or(""), StartsWith("SSH-2.0-OpenSSH_9.2p1"));
  EXPECT_EQ(reply.kex.ours.kex, "curve25519-sha256");
  EXPECT_TRUE(reply.kex.strict);
  ASSERT_TRUE(reply.kex.signature_algorithms);
  EXPECT_THAT(*reply.kex.signature_algorithms, Contains("rsa-sha2-512"));
  EXPECT_EQ(reply.host_key.proof, HostKeyProof::good);
  EXPECT_THAT(reply.auth.methods, ElementsAre("publickey", "password", "keyboard-interactive"));
  EXPECT_EQ(reply.auth.methods_known->round_trips, 4);
}

TEST_F(Real, SpeaksEveryMethodOfKeyExchange) {
  for (const std::string& method : probe::spoken_kex_methods()) {
    ProbePlan plan = methods_of("alice");
    plan.kex = {method};
    const ProbeReply reply = probe_port(kEverything, plan);
    EXPECT_EQ(reply.end, ProbeEnd::done) << described(reply);
    EXPECT_EQ(reply.kex.ours.kex, method);
    EXPECT_EQ(reply.host_key.proof, HostKeyProof::good) << method;
    EXPECT_FALSE(reply.auth.methods.empty());
  }
}

TEST_F(Real, SpeaksEveryCipherWithEveryMac) {
  for (const std::string& cipher : probe::spoken_ciphers()) {
    for (const std::string& mac : probe::spoken_macs()) {
      ProbePlan plan = methods_of("alice");
      plan.ciphers = {cipher};
      plan.macs = {mac};
      const ProbeReply reply = probe_port(kEverything, plan);
      EXPECT_EQ(reply.end, ProbeEnd::done) << described(reply);
      EXPECT_EQ(reply.kex.ours.cipher_in, cipher);
      EXPECT_FALSE(reply.auth.methods.empty());
      if (cipher_authenticates(cipher)) break;
    }
  }
}

TEST_F(Real, VerifiesEveryTypeOfHostKey) {
  for (const std::string algorithm :
       {"ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "rsa-sha2-512",
        "rsa-sha2-256", "ssh-rsa", "ssh-dss"}) {
    ProbePlan plan;
    plan.goal = ProbeGoal::host_key;
    plan.host_key_algorithms = {algorithm};
    const ProbeReply reply = probe_port(kEverything, plan);
    EXPECT_EQ(reply.end, ProbeEnd::done) << described(reply);
    EXPECT_EQ(reply.host_key.algorithm, algorithm);
    EXPECT_EQ(reply.host_key.proof, HostKeyProof::good) << algorithm;
    KeyProblem problem{};
    EXPECT_TRUE(key_from_blob(reply.host_key.blob, problem)) << algorithm;
  }
}

TEST_F(Real, StopsAtTheOfferWhereNoMoreIsWanted) {
  ProbePlan plan;
  plan.goal = ProbeGoal::kex_init;
  KexInit old;
  old.kex = {"diffie-hellman-group-exchange-sha512"};
  old.host_key = {"ssh-ed25519"};
  old.cipher_out = old.cipher_in = {"arcfour"};
  old.mac_out = old.mac_in = {"hmac-sha2-256"};
  old.compression_out = old.compression_in = {"none"};
  plan.users_offer = old;
  const ProbeReply reply = probe_port(kEverything, plan);
  EXPECT_EQ(reply.end, ProbeEnd::done) << described(reply);
  ASSERT_TRUE(reply.kex.users);
  EXPECT_THAT(reply.kex.users->nothing_for,
              ElementsAre(AlgorithmClass::kex, AlgorithmClass::cipher_out, AlgorithmClass::cipher_in));
  EXPECT_TRUE(reply.kex.ours.nothing_for.empty());
}

}  // namespace
}  // namespace reentry::testing
