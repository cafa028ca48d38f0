#include "facts/pattern.hpp"

#include <gtest/gtest.h>

#include <string>

namespace reentry {
namespace {

TEST(MatchPattern, StarsAndMarks) {
  EXPECT_TRUE(match_pattern("alice", "a*e"));
  EXPECT_TRUE(match_pattern("alice", "?lic?"));
  EXPECT_TRUE(match_pattern("", "*"));
  EXPECT_FALSE(match_pattern("alice", "Alice"));
  EXPECT_FALSE(match_pattern("alice", "alic"));
  EXPECT_FALSE(match_pattern("", "?"));
}

TEST(MatchPattern, ManyStarsStayFast) {
  EXPECT_FALSE(match_pattern(std::string(2000, 'a'), std::string(200, '*') + "a*a*a*a*a*a*a*b"));
}

TEST(MatchPatternList, ExclusionWinsWhereverItStands) {
  EXPECT_EQ(match_pattern_list("root", "*,!root", false), ListMatch::negated);
  EXPECT_EQ(match_pattern_list("bob", "*,!root", false), ListMatch::yes);
  EXPECT_EQ(match_pattern_list("bob", "!root", false), ListMatch::no);
}

TEST(MatchAddressList, BlocksAndPatterns) {
  EXPECT_EQ(match_address_list("10.1.2.3", "10.0.0.0/8"), ListMatch::yes);
  EXPECT_EQ(match_address_list("10.1.2.3", "192.168.0.0/16,10.1.*"), ListMatch::yes);
  EXPECT_EQ(match_address_list("10.1.2.3", "*,!10.1.2.3"), ListMatch::negated);
  EXPECT_EQ(match_address_list("2001:db8::5", "2001:db8::/32"), ListMatch::yes);
  EXPECT_EQ(match_address_list("10.1.2.3", "2001:db8::/32"), ListMatch::no);
}

TEST(MatchAddressList, HostBitsAndLongMasksAreRefused) {
  EXPECT_FALSE(address_list_is_valid("10.0.0.5/8"));
  EXPECT_FALSE(address_list_is_valid("10.0.0.0/33"));
  EXPECT_FALSE(address_list_is_valid("10.0.0.0/8,"));
  EXPECT_TRUE(address_list_is_valid("10.0.0.0/8,*.example.com"));
}

TEST(MatchHostAndIp, NameOrAddress) {
  EXPECT_EQ(match_host_and_ip("DB.example.com", "10.0.0.5", "*.example.com"), ListMatch::yes);
  EXPECT_EQ(match_host_and_ip("db.example.com", "10.0.0.5", "10.0.0.0/24"), ListMatch::yes);
  EXPECT_EQ(match_host_and_ip("db.example.com", "10.0.0.5", "!10.0.0.5,*"), ListMatch::negated);
}

}  // namespace
}  // namespace reentry
