#include "checks/service/host_key_remedies.hpp"

#include <gtest/gtest.h>

#include "support/one_finding.hpp"
#include "support/ssh_keygen.hpp"

namespace reentry {
namespace {

using Kind = MadeContent::Kind;

constexpr std::string_view kEd25519 = "/etc/ssh/ssh_host_ed25519_key";
constexpr std::string_view kRsa = "/etc/ssh/ssh_host_rsa_key";

HostKeyFact key_fact(std::string_view path, const std::string& bytes, std::uint32_t mode = 0600,
                     std::uint32_t uid = 0) {
  HostKeyFact key;
  key.configured = path;
  key.path.asked = key.path.real = HostPath(path);
  key.path.end = PathEnd::found;
  FileStat stat;
  stat.type = FileType::regular;
  stat.mode = mode;
  stat.uid = uid;
  stat.size = bytes.size();
  key.path.visited.push_back({key.path.asked, stat, {}, {}});
  key.key = judge_private_key(bytes);
  return key;
}

HostKeyFact lost_key(std::string_view path) {
  HostKeyFact key;
  key.configured = path;
  key.path.asked = key.path.stopped_at = HostPath(path);
  key.path.end = PathEnd::absent;
  key.key = key.path.missing();
  return key;
}

Facts host_with(std::vector<HostKeyFact> keys) {
  Facts facts = testing::small_host();
  testing::put_file(facts, "/etc/hostname", "web1\n");
  for (const HostKeyFact& key : keys) testing::put_absent(facts, key.configured + ".pub");
  facts.service.collected = true;
  facts.service.host_keys = std::move(keys);
  return facts;
}

Finding damaged(const Facts& facts, std::size_t index = 0) {
  const std::string path = facts.service.host_keys.at(index).configured;
  return testing::finding_of(
      facts,
      {Cause::service_host_keys_damaged, {"file", path, 0, {}}, {}, {{"path", path}, {"configured", path}}});
}

TEST(HostKeyRemedies, ADamagedKeyIsMadeAnewWithItsPublicHalf) {
  const Finding found = damaged(host_with({key_fact(kEd25519, "")}));
  ASSERT_EQ(found.remedies.at(0).steps.size(), 2U);
  EXPECT_EQ(found.remedies[0].risk, Risk::safe);
  const auto& secret = std::get<EditFile>(found.remedies[0].steps[0]);
  ASSERT_TRUE(secret.made);
  EXPECT_EQ(*secret.made, (MadeContent{Kind::private_key, HostPath(kEd25519), "ed25519", 0, "root@web1"}));
  EXPECT_TRUE(secret.before.empty() && secret.after.empty()) << "no plan holds a secret";
  const auto& open = std::get<CreateFile>(found.remedies[0].steps[1]);
  EXPECT_EQ(open.made->kind, Kind::public_key);
  EXPECT_EQ(open.mode, 0644U);
}

TEST(HostKeyRemedies, TheOldPublicHalfTellsTheTypeAndIsRenewed) {
  Facts facts = host_with({key_fact("/etc/ssh/identity", "")});
  const std::string old =
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFzK1DcDaGMoCOvPfdyjz1Wq9fXkWRrvHrMYJmNCb2Zt root@old\n";
  testing::put_file(facts, "/etc/ssh/identity.pub", old);
  const Finding found = damaged(facts);
  ASSERT_EQ(found.remedies.at(0).steps.size(), 2U);
  EXPECT_EQ(std::get<EditFile>(found.remedies[0].steps[0]).made->type, "ed25519");
  EXPECT_EQ(std::get<EditFile>(found.remedies[0].steps[1]).before, old);
}

TEST(HostKeyRemedies, ASecretGoesIntoAFileThatIsClosed) {
  const Finding found = damaged(host_with({key_fact(kRsa, "junk", 0644, 1000)}));
  ASSERT_EQ(found.remedies.at(0).steps.size(), 4U);
  EXPECT_EQ(std::get<SetOwner>(found.remedies[0].steps[0]).uid_after, 0U);
  EXPECT_EQ(std::get<SetMode>(found.remedies[0].steps[1]).after, 0600U);
  EXPECT_EQ(std::get<EditFile>(found.remedies[0].steps[2]).made->bits, 3072U);
}

TEST(HostKeyRemedies, LineEndsAreSetRightAndTheKeyKept) {
  if (!testing::SshKeygen::there()) GTEST_SKIP() << "no ssh-keygen";
  const testing::SshKeygen keys;
  ASSERT_TRUE(keys.make("key", "ed25519"));
  std::string bytes;
  for (const char c : keys.read("key")) bytes += c == '\n' ? std::string("\r\n") : std::string(1, c);
  const Finding found = damaged(host_with({key_fact(kEd25519, bytes)}));
  ASSERT_EQ(found.remedies.at(0).steps.size(), 1U);
  EXPECT_EQ(std::get<EditFile>(found.remedies[0].steps[0]).made->kind, Kind::tidied_key);
  EXPECT_EQ(tidied_private_key(bytes), keys.read("key"));
}

TEST(HostKeyRemedies, AKeyWithAPassphraseIsAPersonsChoice) {
  if (!testing::SshKeygen::there()) GTEST_SKIP() << "no ssh-keygen";
  const testing::SshKeygen keys;
  ASSERT_TRUE(keys.make("key", "ed25519", "-N secret"));
  EXPECT_EQ(damaged(host_with({key_fact(kEd25519, keys.read("key"))})).remedies.at(0).risk, Risk::choice);
}

TEST(HostKeyRemedies, DsaAndLinksThatLeadNowhereAreLeftToAPerson) {
  EXPECT_EQ(damaged(host_with({key_fact("/etc/ssh/ssh_host_dsa_key", "")})).remedies.at(0).risk,
            Risk::manual);
  HostKeyFact link = lost_key("/etc/ssh/key");
  FileStat stat;
  stat.type = FileType::symlink;
  link.path.visited.push_back({HostPath("/etc/ssh/key"), stat, "/srv/key", {}});
  EXPECT_TRUE(make_anew(host_with({link}), link).empty());
}

TEST(HostKeyRemedies, AllThatSshdTakesByItselfAreMadeWhereNoneIsLeft) {
  const Facts facts = host_with({lost_key(kRsa), lost_key(kEd25519)});
  const std::string first(kRsa);
  const Finding found = testing::finding_of(facts, {Cause::service_host_keys_missing,
                                                    {"file", first, 0, {}},
                                                    {},
                                                    {{"path", first}, {"configured", "no"}}});
  EXPECT_EQ(found.remedies.at(0).risk, Risk::safe);
  ASSERT_EQ(found.remedies[0].steps.size(), 4U);
  EXPECT_EQ(std::get<CreateFile>(found.remedies[0].steps[0]).mode, 0600U);
  EXPECT_EQ(std::get<CreateFile>(found.remedies[0].steps[2]).path, HostPath(kEd25519));
}

TEST(HostKeyRemedies, RedHatsGroupMayReadItBeforeOpenSsh9) {
  Facts facts = host_with({lost_key(kEd25519)});
  facts.ssh.vendor = Vendor::redhat;
  facts.ssh.version = {8, 7, 1};
  std::vector<BadLine> bad;
  facts.accounts.group = parse_group("root:x:0:\nssh_keys:x:999:\n", bad);
  facts.accounts.index();
  const Steps steps = make_anew(facts, facts.service.host_keys[0]);
  ASSERT_FALSE(steps.empty());
  EXPECT_EQ(std::get<CreateFile>(steps[0]).mode, 0640U);
  EXPECT_EQ(std::get<CreateFile>(steps[0]).gid, 999U);
}

TEST(HostKeyRemedies, OneOfSeveralIsMadeAnewOnlyWhereItWasLostForCertain) {
  Facts facts = host_with({lost_key(kRsa)});
  const auto of_lost = [&facts] {
    const std::string path(kRsa);
    return testing::finding_of(
        facts, {Cause::hostkey_type_lost, {"file", path, 0, {}}, {}, {{"path", path}, {"configured", path}}});
  };
  EXPECT_EQ(of_lost().remedies.at(0).risk, Risk::manual) << "it may have been taken away on purpose";
  testing::put_file(facts, std::string(kRsa) + ".pub", "ssh-rsa x\n");
  EXPECT_EQ(of_lost().remedies.at(0).risk, Risk::safe);
}

TEST(HostKeyRemedies, ALostPublicHalfIsDerivedFromTheKey) {
  if (!testing::SshKeygen::there()) GTEST_SKIP() << "no ssh-keygen";
  const testing::SshKeygen keys;
  ASSERT_TRUE(keys.make("key", "ed25519"));
  const Facts facts = host_with({key_fact(kEd25519, keys.read("key"))});
  const std::string path = std::string(kEd25519) + ".pub";
  const Finding found = testing::finding_of(
      facts, {Cause::hostkey_public_half,
              {"file", path, 0, {}},
              {},
              {{"path", path}, {"configured", std::string(kEd25519)}, {"problem", "absent"}}});
  ASSERT_EQ(found.remedies.at(0).steps.size(), 1U);
  const std::string line = keys.line("key");
  EXPECT_EQ(std::get<CreateFile>(found.remedies[0].steps[0]).bytes,
            line.substr(0, line.find(' ', line.find(' ') + 1)) + " root@web1\n");
}

}  // namespace
}  // namespace reentry
