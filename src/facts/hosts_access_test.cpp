#include "facts/hosts_access.hpp"

#include <gtest/gtest.h>

#include "facts/hosts_options.hpp"

namespace reentry {
namespace {

WrapperVerdict verdict(const std::string& allow, const std::string& deny,
                       const std::optional<std::string>& from) {
  HostsAccess facts;
  facts.allow = allow;
  facts.deny = deny;
  return hosts_access(facts, "sshd", from).verdict;
}

TEST(HostsAccess, TheFirstMatchInAllowGrants) {
  EXPECT_EQ(verdict("sshd: 203.0.113.\n", "ALL: ALL\n", "203.0.113.5"), WrapperVerdict::granted);
  EXPECT_EQ(verdict("sshd: 203.0.113.\n", "ALL: ALL\n", "198.51.100.5"), WrapperVerdict::refused);
  EXPECT_EQ(verdict("ssh: 203.0.113.\n", "ALL: ALL\n", "203.0.113.5"), WrapperVerdict::refused);
  EXPECT_EQ(verdict("", "vsftpd: ALL\n", "203.0.113.5"), WrapperVerdict::granted);
}

TEST(HostsAccess, WithoutAnAddressOnlyRulesForAllDecide) {
  EXPECT_EQ(verdict("", "sshd: ALL\n", std::nullopt), WrapperVerdict::refused);
  EXPECT_EQ(verdict("sshd: ALL\n", "ALL: ALL\n", std::nullopt), WrapperVerdict::granted);
  EXPECT_EQ(verdict("sshd: 10.\n", "ALL: ALL\n", std::nullopt), WrapperVerdict::unknown);
}

TEST(HostsAccess, ANameNeedsDns) {
  EXPECT_EQ(verdict("sshd: .example.com\n", "ALL: ALL\n", "203.0.113.5"), WrapperVerdict::unknown);
}

TEST(HostsAccess, MasksAsLibwrapTakesThem) {
  const auto denies = [](const std::string& pattern, const char* from) {
    return verdict("", "sshd: " + pattern + "\n", from) == WrapperVerdict::refused;
  };
  EXPECT_TRUE(denies("10.1.1.0/24", "10.1.1.7"));
  EXPECT_FALSE(denies("10.1.1.1/24", "10.1.1.7"));
  EXPECT_TRUE(denies("10.1.1.0/255.255.255.0", "10.1.1.7"));
  EXPECT_FALSE(denies("10.1.1.7/255.255.255.255", "10.1.1.7"));
  EXPECT_FALSE(denies("0.0.0.0/0", "10.1.1.7"));
  EXPECT_TRUE(denies("[2001:db8::5]/32", "2001:db8::7"));
  EXPECT_FALSE(denies("[10.1.1.7]", "10.1.1.7"));
}

TEST(HostsAccess, AFaultInTheOptionsRefuses) {
  EXPECT_EQ(wrapper_option_answer(" allow\n").grants, true);
  EXPECT_EQ(wrapper_option_answer(" deny\n").grants, false);
  EXPECT_EQ(wrapper_option_answer(" keepalive\n").grants, std::nullopt);
  for (const char* faulty :
       {"\n", " allow yes\n", " allow : keepalive\n", " nonsense\n", " umask 9\n", " setenv\n"}) {
    EXPECT_EQ(wrapper_option_answer(faulty).grants, false) << faulty;
  }
  EXPECT_TRUE(wrapper_option_answer(" aclexec /bin/true\n").uncertain);
  EXPECT_EQ(verdict("sshd: ALL :\n", "", "10.1.1.7"), WrapperVerdict::refused);
}

TEST(HostsAccess, ALineWithoutItsNewlineIsNoRule) {
  EXPECT_EQ(verdict("sshd: ALL", "ALL: ALL\n", "10.1.1.7"), WrapperVerdict::refused);
  EXPECT_EQ(verdict("", "telnetd: ALL", "10.1.1.7"), WrapperVerdict::refused);
}

}  // namespace
}  // namespace reentry
