#include "checks/cloud_story.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/one_finding.hpp"

namespace reentry {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Finding missing_key(const CloudInitFacts& cloud) {
  Facts facts = testing::small_host();
  facts.cloud = cloud;
  facts.cloud.installed = true;
  return testing::finding_of(facts, {Cause::auth_keys_file_missing,
                                     {"file", "/home/alice/.ssh/authorized_keys", 0, {}},
                                     {},
                                     {{"user", "alice"}, {"path", "/home/alice/.ssh/authorized_keys"}}});
}

TEST(CloudStory, TheStrongestReasonIsTold) {
  CloudInitFacts cloud;
  EXPECT_THAT(missing_key(cloud).explanation.en, Not(HasSubstr("cloud-init")));
  cloud.instance_id = "i-1";
  cloud.keys_done = true;
  EXPECT_THAT(missing_key(cloud).explanation.en, HasSubstr("instance i-1 already"));
  cloud.errors = {"boom"};
  EXPECT_THAT(missing_key(cloud).explanation.en, HasSubstr("boom"));
  cloud.users_without_keys = {{"alice", 7}};
  EXPECT_THAT(missing_key(cloud).explanation.en, HasSubstr("no key for alice"));
  cloud.users_without_default = true;
  cloud.settings["default_user"] = {"alice", "/etc/cloud/cloud.cfg", 3};
  EXPECT_THAT(missing_key(cloud).explanation.en, HasSubstr("without `default`"));
  cloud.user_data = UserDataKind::unknown;
  EXPECT_THAT(missing_key(cloud).explanation.en, HasSubstr("could not read the user data"));
  cloud.disabled_by = "/etc/cloud/cloud-init.disabled";
  EXPECT_THAT(missing_key(cloud).explanation.en, HasSubstr("switched off"));
}

TEST(PackageStory, TheOwnerIsNamedWithItsCommand) {
  Facts facts = testing::small_host();
  facts.packages.owners["libcrypto.so.3"] = "libssl3:amd64";
  const Finding finding = testing::finding_of(facts, {Cause::service_library_missing,
                                                      {"file", "/usr/sbin/sshd", 0, {}},
                                                      {},
                                                      {{"library", "libcrypto.so.3"}}});
  ASSERT_EQ(finding.remedies.size(), 2U);
  EXPECT_EQ(finding.remedies[1].commands.at(1), "apt-get install --reinstall libssl3:amd64");
}

}  // namespace
}  // namespace reentry
