// The remedies for what keeps sshd from being started at all: a mask, a dangling link among its files.
#include <gtest/gtest.h>

#include "support/one_finding.hpp"

namespace reentry {
namespace {

constexpr std::string_view kUnit = "/etc/systemd/system/ssh.service";

Obstacle masked(std::string_view path) {
  return {Cause::service_not_to_be_run,
          {"file", std::string(path), 0, {}},
          {},
          {{"path", std::string(path)}, {"unit", "ssh.service"}, {"problem", "masked"}}};
}

TEST(NotToBeRun, AMaskIsTakenAwayAsAChoice) {
  Facts facts = testing::small_host();
  testing::put_file(facts, kUnit, "/dev/null");
  const Finding found = testing::finding_of(facts, masked(kUnit));
  EXPECT_EQ(found.remedies.at(0).risk, Risk::choice);
  ASSERT_EQ(found.remedies[0].steps.size(), 1U);
  const auto& removed = std::get<RemoveFile>(found.remedies[0].steps[0]);
  EXPECT_EQ(removed.path, HostPath(kUnit));
  EXPECT_EQ(removed.before, "/dev/null");
}

TEST(NotToBeRun, WhatThePackageBroughtIsNotRemoved) {
  Facts facts = testing::small_host();
  testing::put_file(facts, "/usr/lib/systemd/system/ssh.service", {});
  EXPECT_EQ(testing::finding_of(facts, masked("/usr/lib/systemd/system/ssh.service")).remedies.at(0).risk,
            Risk::manual);
}

TEST(ConfigIncludeBroken, ADanglingLinkGoesAndTheIncludeLineStays) {
  Facts facts = testing::small_host();
  const std::string link = "/etc/ssh/sshd_config.d/10-site.conf";
  testing::put_dangling_link(facts, link, "/nowhere.conf");
  const Finding found = testing::finding_of(
      facts, {Cause::service_config_include_broken,
              {"file", "/etc/ssh/sshd_config", 3, "Include /etc/ssh/sshd_config.d/*.conf"},
              {},
              {{"path", link}}});
  EXPECT_EQ(found.remedies.at(0).risk, Risk::choice) << "what the file forbade is not known";
  ASSERT_EQ(found.remedies[0].steps.size(), 1U);
  EXPECT_EQ(std::get<RemoveFile>(found.remedies[0].steps[0]).before, "/nowhere.conf");
}

}  // namespace
}  // namespace reentry
