#include <gtest/gtest.h>

#include "support/one_finding.hpp"

namespace reentry {
namespace {

constexpr std::string_view kMain = "/etc/ssh/sshd_config";
constexpr std::string_view kDefault = "# Debian\nInclude /etc/ssh/sshd_config.d/*.conf\nUsePAM yes\n";

Facts without_config(Vendor vendor = Vendor::debian) {
  Facts facts = testing::small_host();
  facts.ssh.vendor = vendor;
  facts.ssh.version = {9, 2, 1};
  testing::put_absent(facts, kMain);
  testing::put_file(facts, "/etc/ssh/sshd_config.d", {});
  if (vendor == Vendor::debian)
    testing::put_file(facts, "/usr/share/openssh/sshd_config", std::string(kDefault));
  return facts;
}

Obstacle missing() {
  return {Cause::service_config_missing, {"file", std::string(kMain), 0, {}}, {}, {}};
}

TEST(ConfigMissing, ThePackagesOwnIsRestoredAndPasswordsStayShut) {
  const Finding found = testing::finding_of(without_config(), missing());
  EXPECT_EQ(found.remedies.at(0).risk, Risk::safe);
  ASSERT_EQ(found.remedies[0].steps.size(), 2U);
  EXPECT_EQ(std::get<CreateFile>(found.remedies[0].steps[0]).bytes, kDefault) << "byte for byte";
  const auto& guard = std::get<CreateFile>(found.remedies[0].steps[1]);
  EXPECT_TRUE(guard.path.is_within(HostPath("/etc/ssh/sshd_config.d")));
  EXPECT_NE(guard.bytes.find("\nPasswordAuthentication no\nKbdInteractiveAuthentication no\n"),
            std::string::npos);
}

TEST(ConfigMissing, PasswordsComeBackOnlyAsAChoiceOfWhoAsksForOne) {
  LoginTrace trace = testing::login_of("alice", {});
  trace.question.kind = CredentialKind::password;
  const Finding found = testing::finding_of(without_config(), missing(), trace);
  EXPECT_EQ(found.remedies.at(0).risk, Risk::choice);
  EXPECT_EQ(found.remedies[0].steps.size(), 1U);
  EXPECT_EQ(found.remedies.at(1).risk, Risk::safe);
}

TEST(ConfigMissing, WhereThereIsNoIncludeTheLinesStandInTheFile) {
  Facts facts = without_config();
  testing::put_file(facts, "/usr/share/openssh/sshd_config", "UsePAM yes\n");
  const Finding found = testing::finding_of(facts, missing());
  ASSERT_EQ(found.remedies.at(0).steps.size(), 1U);
  const std::string& bytes = std::get<CreateFile>(found.remedies[0].steps[0]).bytes;
  EXPECT_TRUE(bytes.starts_with("UsePAM yes\n"));
  EXPECT_NE(bytes.find("\nPasswordAuthentication no\n"), std::string::npos);
}

TEST(ConfigMissing, ALinkThatLeadsNowhereIsReplacedAsAChoice) {
  Facts facts = without_config();
  testing::put_dangling_link(facts, kMain, "/srv/config/sshd_config");
  const Finding found = testing::finding_of(facts, missing());
  EXPECT_EQ(found.remedies.at(0).risk, Risk::choice);
  ASSERT_EQ(found.remedies[0].steps.size(), 3U);
  EXPECT_EQ(std::get<RemoveFile>(found.remedies[0].steps[0]).before, "/srv/config/sshd_config");
  EXPECT_NE(found.explanation.en.find("/srv/config/sshd_config"), std::string::npos);
}

TEST(ConfigMissing, WithoutACopyOnTheDiskItIsForAPerson) {
  const Finding found = testing::finding_of(without_config(Vendor::redhat), missing());
  ASSERT_EQ(found.remedies.size(), 1U);
  EXPECT_EQ(found.remedies[0].risk, Risk::manual);
  EXPECT_EQ(found.remedies[0].commands.at(0), "dnf reinstall openssh-server");
}

TEST(ConfigUnreadable, ALinkToItselfIsReplacedAsAChoice) {
  Facts facts = without_config();
  testing::put_dangling_link(facts, kMain, "sshd_config");
  FileFact loop = *facts.paths.find(HostPath(kMain));
  loop.path.end = PathEnd::loop;
  facts.paths.put(loop);
  const Finding found = testing::finding_of(
      facts, {Cause::service_config_unreadable, {"file", std::string(kMain), 0, {}}, {}, {}});
  EXPECT_EQ(found.remedies.at(0).risk, Risk::choice);
  EXPECT_EQ(std::get<RemoveFile>(found.remedies[0].steps.at(0)).before, "sshd_config");
}

}  // namespace
}  // namespace reentry
