// The remedies for accounts that are locked into a directory.
#include <gtest/gtest.h>

#include "support/one_finding.hpp"

namespace reentry {
namespace {

constexpr const char* kMain = "/etc/ssh/sshd_config";

Finding forced(bool jailed) {
  Facts facts = testing::small_host();
  const std::string text = "Match User alice\n  ForceCommand internal-sftp\n  ChrootDirectory /srv\n";
  facts.config.files.push_back({HostPath(kMain), text});
  facts.config.lines.push_back({{kMain, 2}, "forcecommand", {"internal-sftp"}, 1});
  facts.config.lines.push_back({{kMain, 3}, "chrootdirectory", {jailed ? "/srv" : "none"}, 1});
  return testing::finding_of(facts, {Cause::session_forced_command,
                                     {"file", kMain, 2, "  ForceCommand internal-sftp"},
                                     {},
                                     {{"command", "internal-sftp"}, {"by", "config"}}});
}

TEST(ForcedCommand, AnAccountForSftpAloneKeepsItsCommand) {
  EXPECT_EQ(forced(true).remedies.at(0).risk, Risk::manual);
  EXPECT_EQ(forced(false).remedies.at(0).risk, Risk::choice);
}

Finding chroot_with(const std::string& mode, const std::string& uid) {
  return testing::finding_of(
      testing::small_host(),
      {Cause::session_chroot_ownership,
       {"file", "/srv/jail", 0, {}},
       {},
       {{"path", "/srv/jail"}, {"mode", mode}, {"owner_uid", uid}, {"owner_gid", "0"}}});
}

TEST(ChrootOwnership, WriteBitsGoSafelyAndAnOwnerByChoice) {
  const Finding bits = chroot_with("0777", "0");
  EXPECT_EQ(bits.remedies.at(0).risk, Risk::safe);
  ASSERT_EQ(bits.remedies[0].steps.size(), 1U);
  EXPECT_EQ(std::get<SetMode>(bits.remedies[0].steps[0]).after, 0755U);
  const Finding owner = chroot_with("0755", "1000");
  EXPECT_EQ(owner.remedies.at(0).risk, Risk::choice);
  EXPECT_EQ(std::get<SetOwner>(owner.remedies[0].steps.at(0)).uid_after, 0U);
}

}  // namespace
}  // namespace reentry
