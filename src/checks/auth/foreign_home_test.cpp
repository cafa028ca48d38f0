#include "checks/auth/foreign_home.hpp"

#include <gtest/gtest.h>

#include "checks/every_check.hpp"
#include "support/one_obstacle.hpp"

namespace reentry {
namespace {

using testing::small_host;

constexpr const char* kConfig = "Port 22\nAuthorizedKeysFile /home/bob/.ssh/authorized_keys\n";

Obstacle of_bob(Cause cause, const std::string& path) {
  return {cause,
          {"file", path, 0, "0700 bob:bob"},
          {},
          {{"path", path},
           {"mode", "0700"},
           {"owner", "bob"},
           {"owner_uid", "1001"},
           {"group", "bob"},
           {"owner_gid", "1001"},
           {"problem", "owner"},
           {"needs", "search"},
           {"user", "alice"}}};
}

Finding finding_of(const Facts& facts, const Check& check, const std::string& path) {
  const std::vector<LoginTrace> traces{
      testing::login_of("alice", {testing::refusing("auth/publickey", of_bob(check.cause, path))})};
  const CheckInput input(facts, traces);
  Verdict verdict = check.evaluate(input);
  auto* found = std::get_if<std::vector<Finding>>(&verdict);
  return found == nullptr || found->empty() ? Finding{} : found->front();
}

Facts with_config(const std::string& text) {
  Facts facts = small_host();
  testing::put_file(facts, "/etc/ssh/sshd_config", text);
  facts.config.files.push_back({HostPath("/etc/ssh/sshd_config"), text});
  ConfigLine line;
  line.at = {"/etc/ssh/sshd_config", 2};
  line.keyword = "authorizedkeysfile";
  line.values = {"/home/bob/.ssh/authorized_keys"};
  if (text == kConfig) facts.config.lines.push_back(line);
  return facts;
}

TEST(ForeignHome, NothingOfAnotherAccountIsChanged) {
  const Facts facts = with_config(kConfig);
  for (const auto& [check, path] : std::vector<std::pair<const Check*, std::string>>{
           {&kAuthSshDirUnreadable, "/home/bob/.ssh"},
           {&kAuthKeysFileUnreadable, "/home/bob/.ssh/authorized_keys"},
           {&kAuthKeysFileOwner, "/home/bob/.ssh/authorized_keys"},
           {&kAuthKeysPathUnsafe, "/home/bob"}}) {
    const Finding finding = finding_of(facts, *check, path);
    ASSERT_EQ(finding.remedies.size(), 1U) << path;
    EXPECT_EQ(finding.remedies[0].risk, Risk::choice);
    ASSERT_EQ(finding.remedies[0].steps.size(), 1U);
    const auto* edit = std::get_if<EditFile>(&finding.remedies[0].steps[0]);
    ASSERT_NE(edit, nullptr);
    EXPECT_EQ(edit->path.str(), "/etc/ssh/sshd_config");
    EXPECT_NE(edit->after.find("#AuthorizedKeysFile"), std::string::npos);
  }
}

TEST(ForeignHome, BehindALinkAPersonDecides) {
  const Finding finding =
      finding_of(with_config("Port 22\n"), kAuthKeysFileOwner, "/home/bob/.ssh/authorized_keys");
  ASSERT_EQ(finding.remedies.size(), 1U);
  EXPECT_FALSE(finding.remedies[0].automatic());
}

TEST(ForeignHome, TheInnermostHomeCounts) {
  std::vector<BadLine> bad;
  Facts facts = small_host();
  facts.accounts.passwd = parse_passwd(
      "root:x:0:0::/root:/bin/sh\nalice:x:1000:1000::/srv/bob/alice:/bin/sh\nbob:x:1001:1001::/srv/bob:/bin/"
      "sh\n",
      bad);
  facts.accounts.index();
  const PasswdEntry& alice = *facts.accounts.user("alice");
  EXPECT_EQ(other_owner(facts, alice, {HostPath("/srv/bob/alice/.ssh"), 0700, 1001, 1001}), nullptr);
  EXPECT_EQ(other_owner(facts, alice, {HostPath("/srv/bob/keys"), 0700, 0, 0}), nullptr);
  const PasswdEntry* bob = other_owner(facts, alice, {HostPath("/srv/bob/keys"), 0700, 1001, 1001});
  ASSERT_NE(bob, nullptr);
  EXPECT_EQ(bob->name, "bob");
}

}  // namespace
}  // namespace reentry
