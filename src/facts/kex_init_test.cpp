#include "facts/kex_init.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace reentry {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

KexInit sample() {
  KexInit offer;
  offer.kex = {"curve25519-sha256", "diffie-hellman-group14-sha256"};
  offer.host_key = {"ssh-ed25519", "rsa-sha2-512"};
  offer.cipher_out = offer.cipher_in = {"chacha20-poly1305@openssh.com", "aes128-ctr"};
  offer.mac_out = offer.mac_in = {"hmac-sha2-256"};
  offer.compression_out = offer.compression_in = {"none", "zlib@openssh.com"};
  return offer;
}

TEST(KexInit, IsReadAsItWasWritten) {
  const std::string payload = write_kex_init(sample(), std::string(16, 'c'));
  EXPECT_EQ(read_kex_init(payload), sample());
  EXPECT_THAT(*read_kex_methods(payload), ElementsAre("curve25519-sha256", "diffie-hellman-group14-sha256"));
}

TEST(KexInit, IsRefusedWhereverItIsCut) {
  const std::string payload = write_kex_init(sample(), std::string(16, 'c'));
  for (std::size_t size = 0; size < payload.size(); ++size)
    EXPECT_FALSE(read_kex_init(std::string_view(payload).substr(0, size))) << size;
  // The first list is whole: 1 + 16 + 4 + its text.
  EXPECT_TRUE(read_kex_methods(std::string_view(payload).substr(0, 21 + 47)));
  EXPECT_FALSE(read_kex_methods(std::string_view(payload).substr(0, 20 + 47)));
}

TEST(KexInit, HasNoListWithoutEnd) {
  KexInit offer = sample();
  offer.kex.assign(kMostAlgorithms, "x");
  EXPECT_TRUE(read_kex_init(write_kex_init(offer, std::string(16, 'c'))));
  offer.kex.emplace_back("x");
  EXPECT_FALSE(read_kex_init(write_kex_init(offer, std::string(16, 'c'))));
}

TEST(KexInit, AgreesOnTheClientsFirst) {
  KexInit client = sample();
  client.kex = {"ecdh-sha2-nistp256", "diffie-hellman-group14-sha256", "curve25519-sha256"};
  client.cipher_in = {"aes128-ctr"};
  const Agreement agreed = agree(client, sample());
  EXPECT_EQ(agreed.kex, "diffie-hellman-group14-sha256");
  EXPECT_EQ(agreed.mac_out, "") << "the cipher authenticates";
  EXPECT_EQ(agreed.mac_in, "hmac-sha2-256");
  EXPECT_THAT(agreed.nothing_for, IsEmpty());
}

TEST(KexInit, NamesEveryClassWithoutACommonOne) {
  KexInit client = sample();
  client.host_key = {"ssh-dss"};
  client.cipher_out = {"arcfour"};
  client.mac_out = {"hmac-md5"};
  EXPECT_THAT(agree(client, sample()).nothing_for,
              ElementsAre(AlgorithmClass::host_key, AlgorithmClass::cipher_out, AlgorithmClass::mac_out));
}

}  // namespace
}  // namespace reentry
