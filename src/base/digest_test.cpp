#include "base/digest.hpp"

#include <gtest/gtest.h>

namespace reentry {
namespace {

// Vectors of FIPS 180-4 and RFC 1321.
TEST(Digest, KnownAnswers) {
  EXPECT_EQ(hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hex(sha1("abc")), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(hex(md5("abc")), "900150983cd24fb0d6963f7d28e17f72");
}

// Vectors of RFC 2202, section 3: cases 2, 3 and 6.
TEST(Digest, HmacSha1) {
  EXPECT_EQ(hex(hmac_sha1("Jefe", "what do ya want for nothing?")),
            "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
  EXPECT_EQ(hex(hmac_sha1(std::string(20, '\xaa'), std::string(50, '\xdd'))),
            "125d7342b9ac11cd91a39af48aa17b4f63f175d3");
  EXPECT_EQ(hex(hmac_sha1(std::string(80, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First")),
            "aa4ae5e15272d00e95705637ce8a3b55ed402112");
}

// Vectors of RFC 4648.
TEST(Base64, BothWays) {
  const std::pair<const char*, const char*> cases[] = {{"", ""},
                                                       {"f", "Zg=="},
                                                       {"fo", "Zm8="},
                                                       {"foo", "Zm9v"},
                                                       {"foob", "Zm9vYg=="},
                                                       {"fooba", "Zm9vYmE="},
                                                       {"foobar", "Zm9vYmFy"}};
  for (const auto& c : cases) {
    EXPECT_EQ(base64(c.first), c.second);
    EXPECT_EQ(from_base64(c.second), c.first);
  }
}

TEST(Base64, RefusesWhatOpensshRefuses) {
  for (const char* bad : {"Zg", "Zg=", "Z", "Zm9v=", "Zg==x", "Zh==", "Zm9=", "Zm-v", "====", "="}) {
    EXPECT_FALSE(from_base64(bad)) << bad;
  }
}

TEST(Base64, SkipsWhiteSpaceAsOpensshDoes) {
  EXPECT_EQ(from_base64("Zm9v\nYmFy "), "foobar");
}

}  // namespace
}  // namespace reentry
