#include "checks/remedies.hpp"

#include <gtest/gtest.h>

#include "base/digest.hpp"
#include "base/spelling.hpp"
#include "checks/account_edits.hpp"
#include "checks/config_edits.hpp"
#include "support/one_finding.hpp"

namespace reentry {
namespace {

using testing::after;
using testing::finding_of;

constexpr std::string_view kPath = "/etc/ssh/sshd_config";

Facts with_config(std::string bytes) {
  Facts facts = testing::small_host();
  facts.config.files.push_back({HostPath(kPath), std::move(bytes)});
  return facts;
}

Obstacle node(Cause cause, const std::string& path, const std::string& mode, const std::string& uid) {
  return {cause,
          {"file", path, 0, mode},
          {},
          {{"path", path},
           {"mode", mode},
           {"owner", uid},
           {"owner_uid", uid},
           {"group", uid},
           {"owner_gid", uid},
           {"user", "alice"}}};
}

Obstacle line(Cause cause, std::size_t number, const std::string& text,
              std::vector<std::pair<std::string, std::string>> details = {}) {
  return {cause, {"file", std::string(kPath), number, text}, {}, std::move(details)};
}

TEST(Remedies, LineEndsAreKept) {
  EXPECT_EQ(after(replace_line(with_config("a\nb\nc\n"), kPath, 2, {"x", "y"})), "a\nx\ny\nc\n");
  EXPECT_EQ(after(replace_line(with_config("a\r\nb\r\n"), kPath, 2, {"x"})), "a\r\nx\r\n");
  EXPECT_EQ(after(replace_line(with_config("a\nb"), kPath, 2, {"x"})), "a\nx");
  EXPECT_EQ(after(replace_line(with_config("a\nb\n"), kPath, 1, {})), "b\n");
  EXPECT_EQ(after(append_lines(with_config("a"), kPath, {"b"})), "a\nb\n");
  EXPECT_EQ(after(insert_before(with_config("a\nb\n"), kPath, 2, {"x"})), "a\nx\nb\n");
  EXPECT_EQ(after(comment_out(with_config("a\nb\nc\n"), kPath, 2, 3, "why")), "a\n# why\n#b\n#c\n");
}

TEST(Remedies, NothingIsEditedThatNobodyRead) {
  EXPECT_TRUE(replace_line(testing::small_host(), "/etc/x", 1, {"x"}).empty());
  EXPECT_TRUE(replace_line(with_config("a\n"), kPath, 2, {"x"}).empty());
  EXPECT_TRUE(replace_line(with_config("a\n"), kPath, 0, {"x"}).empty());
  Facts cut = testing::small_host();
  testing::put_file(cut, "/etc/x", "a\n");
  FileFact fact = *cut.paths.find(HostPath("/etc/x"));
  fact.path.visited.back().stat.size = 4096;
  cut.paths.put(fact);
  EXPECT_TRUE(append_lines(cut, "/etc/x", {"b"}).empty());
}

TEST(Remedies, ShellWordsAreQuoted) {
  EXPECT_EQ(shell_word("/home/alice"), "/home/alice");
  EXPECT_EQ(shell_word("a b"), "'a b'");
  EXPECT_EQ(shell_word("it's"), "'it'\\''s'");
  EXPECT_EQ(shell_word(""), "''");
}

TEST(Remedies, ModesLoseOnlyTheWriteBits) {
  const Finding found =
      finding_of(testing::small_host(), node(Cause::auth_home_writable, "/home/alice", "0777", "1000"));
  ASSERT_EQ(found.remedies.size(), 1U);
  EXPECT_EQ(found.remedies[0].risk, Risk::safe);
  const auto& step = std::get<SetMode>(found.remedies[0].steps[0]);
  EXPECT_EQ(step.before, 0777U);
  EXPECT_EQ(step.after, 0755U);
  EXPECT_EQ(found.remedies[0].commands, std::vector<std::string>{"chmod go-w /home/alice"});
}

TEST(Remedies, SharedDirectoriesKeepTheirMode) {
  const Finding found =
      finding_of(testing::small_host(), node(Cause::auth_keys_path_unsafe, "/tmp", "1777", "0"));
  for (const Remedy& remedy : found.remedies) EXPECT_FALSE(remedy.automatic());
}

TEST(Remedies, OwnersBecomeTheUserInTheHomeAndRootOutsideOfIt) {
  const Finding home =
      finding_of(testing::small_host(), node(Cause::auth_ssh_dir_owner, "/home/alice/.ssh", "0755", "1001"));
  const auto& own = std::get<SetOwner>(home.remedies.at(0).steps.at(0));
  EXPECT_EQ(own.uid_after, 1000U);
  EXPECT_EQ(own.gid_after, 1000U);
  EXPECT_EQ(home.remedies[0].risk, Risk::safe);
  Obstacle outside = node(Cause::auth_keys_path_unsafe, "/etc/ssh/keys", "0755", "1001");
  outside.details.emplace_back("problem", "owner");
  const Finding elsewhere = finding_of(testing::small_host(), outside);
  EXPECT_EQ(std::get<SetOwner>(elsewhere.remedies.at(0).steps.at(0)).uid_after, 0U);
}

TEST(Remedies, AnUnknownOwnerIsForAPersonToDecide) {
  const Finding found =
      finding_of(testing::small_host(), node(Cause::auth_home_owner, "/home/alice", "0755", "4242"));
  EXPECT_EQ(found.remedies.at(0).risk, Risk::choice);
}

TEST(Remedies, RootsDirectoryInTheHomeIsGivenToTheUser) {
  Obstacle obstacle = node(Cause::auth_ssh_dir_unreadable, "/home/alice/.ssh", "0700", "0");
  obstacle.details.emplace_back("needs", "search");
  const Finding found = finding_of(testing::small_host(), obstacle);
  ASSERT_EQ(found.remedies.at(0).steps.size(), 1U);
  EXPECT_EQ(std::get<SetOwner>(found.remedies[0].steps[0]).uid_after, 1000U);
}

TEST(Remedies, AllowUsersGetsTheOneName) {
  const Facts facts = with_config("Port 22\n  AllowUsers bob   # team\n");
  const Finding found = finding_of(
      facts, line(Cause::auth_not_in_allow_users, 2, "  AllowUsers bob   # team", {{"patterns", "bob"}}));
  EXPECT_EQ(found.remedies.at(0).risk, Risk::choice);
  EXPECT_EQ(after(found.remedies[0].steps), "Port 22\n  AllowUsers bob alice   # team\n");
}

TEST(Remedies, DenyUsersLosesTheEntryAndTheLineWithItsLast) {
  const Obstacle two = line(Cause::auth_deny_users, 1, "DenyUsers bob alice", {{"pattern", "alice"}});
  EXPECT_EQ(after(finding_of(with_config("DenyUsers bob alice\n"), two).remedies.at(0).steps),
            "DenyUsers bob\n");
  const Obstacle one = line(Cause::auth_deny_users, 1, "DenyUsers *", {{"pattern", "*"}});
  EXPECT_EQ(after(finding_of(with_config("DenyUsers *\n"), one).remedies.at(0).steps), "#DenyUsers *\n");
}

TEST(Remedies, PasswordsAreAllowedToOneUserInFrontOfEveryMatch) {
  Facts facts = with_config("PasswordAuthentication no\nMatch Group staff\n  PasswordAuthentication no\n");
  facts.config.blocks.push_back({{std::string(kPath), 2}, {{"group", "staff"}}, 0});
  const Finding found = finding_of(facts, line(Cause::auth_password_off, 1, "PasswordAuthentication no"));
  ASSERT_EQ(found.remedies.size(), 2U);
  EXPECT_EQ(found.remedies[0].risk, Risk::manual);
  EXPECT_EQ(found.remedies[1].risk, Risk::choice);
  EXPECT_EQ(after(found.remedies[1].steps),
            "PasswordAuthentication no\nMatch User alice\n  PasswordAuthentication yes\nMatch Group staff\n"
            "  PasswordAuthentication no\n");
}

TEST(Remedies, RootIsLetInOnlyFromAKnownAddress) {
  const Facts facts = with_config("PermitRootLogin no\n");
  const Finding found = finding_of(
      facts, line(Cause::auth_root_login, 1, "PermitRootLogin no", {{"method", "publickey"}}), "root");
  for (const Remedy& remedy : found.remedies) EXPECT_FALSE(remedy.automatic()) << remedy.id;
}

TEST(Remedies, AMatchLineGoesWithItsBlock) {
  Facts facts = with_config("Match Foo x\n  X11Forwarding no\nMatch User y\n  X11Forwarding no\n");
  facts.config.blocks.push_back({{std::string(kPath), 3}, {{"user", "y"}}, 0});
  const Obstacle obstacle =
      line(Cause::service_config_syntax, 1, "Match Foo x", {{"message", "Bad Match condition"}});
  EXPECT_EQ(after(finding_of(facts, obstacle).remedies.at(0).steps),
            "# reentry (transaction pending): sshd refused this line: Bad Match condition\n#Match Foo x\n#  "
            "X11Forwarding no\nMatch User "
            "y\n  X11Forwarding no\n");
}

TEST(Remedies, ShadowFieldsAreSetOneByOne) {
  Facts facts = testing::small_host();
  const std::string shadow = "root:*:1:0:99999:7:::\nalice:!$6$a$b:20000:0:90:7:30:100:\n";
  testing::put_file(facts, "/etc/shadow", shadow, 0640);
  std::vector<BadLine> bad;
  facts.accounts.shadow = parse_shadow(shadow, bad);
  facts.accounts.index();
  const Finding expired = finding_of(
      facts, {Cause::account_expired, {"file", "/etc/shadow", 2, "alice:!:"}, {}, {{"user", "alice"}}});
  EXPECT_EQ(after(expired.remedies.at(0).steps), "root:*:1:0:99999:7:::\nalice:!$6$a$b:20000:0:90:7:30::\n");
  const Finding locked = finding_of(
      facts, {Cause::auth_account_locked, {"file", "/etc/shadow", 2, "alice:!:"}, {}, {{"user", "alice"}}});
  EXPECT_EQ(after(locked.remedies.at(0).steps), "root:*:1:0:99999:7:::\nalice:$6$a$b:20000:0:90:7:30:100:\n");
}

TEST(Remedies, AGroupGetsItsMember) {
  Facts facts = testing::small_host();
  testing::put_file(facts, "/etc/group", "root:x:0:\nalice:x:1000:\nbob:x:1001:\noperators:x:2000:\n");
  EXPECT_EQ(after(join_group(facts, "operators", "alice")),
            "root:x:0:\nalice:x:1000:\nbob:x:1001:\noperators:x:2000:alice\n");
  EXPECT_TRUE(join_group(facts, "nobody-has-this", "alice").empty());
}

TEST(Remedies, NsswitchAsksTheFilesFirst) {
  Facts facts = testing::small_host();
  testing::put_file(facts, "/etc/nsswitch.conf", "passwd: sss\ngroup: files\n");
  const Finding found = finding_of(facts, {Cause::system_nsswitch,
                                           {"file", "/etc/nsswitch.conf", 1, "passwd: sss"},
                                           {},
                                           {{"database", "passwd"}}});
  EXPECT_EQ(after(found.remedies.at(0).steps), "passwd: files sss\ngroup: files\n");
}

TEST(Remedies, MisspeltPamWordsAreCorrected) {
  Facts facts = testing::small_host();
  testing::put_file(facts, "/etc/pam.d/sshd", "account requierd pam_nologin.so\n");
  const Finding found = finding_of(facts, {Cause::account_pam_stack_broken,
                                           {"file", "/etc/pam.d/sshd", 1, "account requierd pam_nologin.so"},
                                           {},
                                           {}});
  EXPECT_EQ(after(found.remedies.at(0).steps), "account required pam_nologin.so\n");
}

TEST(Spelling, CountsSwappedNeighboursOnce) {
  EXPECT_EQ(edit_distance("requierd", "required"), 1U);
  EXPECT_EQ(edit_distance("PORT", "port"), 0U);
  EXPECT_TRUE(is_near("Users", "User"));
  EXPECT_FALSE(is_near("Por", "Match"));
}

TEST(ConfigWords, KeepsIndentKeywordValueAndComment) {
  const ConfigWords words = config_words("\tAllowUsers=alice bob  # team\r");
  EXPECT_EQ(words.indent, "\t");
  EXPECT_EQ(words.keyword, "AllowUsers");
  EXPECT_EQ(words.value, "alice bob");
  EXPECT_EQ(words.tail, "  # team");
}

}  // namespace
}  // namespace reentry
