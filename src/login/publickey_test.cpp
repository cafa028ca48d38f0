#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/digest.hpp"
#include "facts/wire.hpp"
#include "login/key_verdict.hpp"
#include "support/login_bed.hpp"

namespace reentry {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing_support::LoginBed;

constexpr std::string_view kFile = "/home/alice/.ssh/authorized_keys";

std::string line_of(char filler) {
  std::string blob;
  put_string(blob, "ssh-ed25519");
  put_string(blob, std::string(32, filler));
  return "ssh-ed25519 " + base64(blob);
}

const std::string kKey = line_of('a');
const std::string kOther = line_of('b');

class KeyGate : public ::testing::Test {
 protected:
  KeyGate() {
    KeyProblem problem = KeyProblem::none;
    bed_.question.key = key_from_line(kKey, problem);
    bed_.missing("/home/alice/.ssh/authorized_keys2");
    keys(kKey + " me\n");
  }
  void keys(const std::string& bytes, std::uint32_t mode = 0600, std::uint32_t uid = 1000) {
    bed_.file(kFile, bytes, mode, uid);
  }
  // One node on the way to the file of keys.
  void node(std::string_view path, std::uint32_t mode, std::uint32_t uid) {
    for (const std::string_view asked : {kFile, std::string_view("/home/alice")}) {
      FileFact fact = *bed_.facts.paths.find(HostPath(asked));
      for (PathNode& met : fact.path.visited) {
        if (met.path != HostPath(path)) continue;
        met.stat.mode = mode;
        met.stat.uid = met.stat.gid = uid;
      }
      bed_.facts.paths.put(std::move(fact));
    }
  }
  KeyVerdict verdict() const {
    return bed_.judge([](const GateInput& input) { return key_verdict(input); });
  }
  GateResult result() const { return verdict().gate.result; }
  std::vector<std::string> causes() const {
    std::vector<std::string> out;
    for (const Obstacle& obstacle : verdict().gate.obstacles) out.emplace_back(id_of(obstacle.cause));
    return out;
  }
  Gate root(bool by_key) const {
    return bed_.judge([by_key](const GateInput& input) { return root_gate(input, by_key); });
  }
  LoginBed bed_;
};

TEST_F(KeyGate, AHealthyAccountIsLetIn) {
  const KeyVerdict seen = verdict();
  EXPECT_EQ(seen.gate.result, GateResult::pass);
  ASSERT_EQ(seen.accepted.size(), 1U);
  EXPECT_EQ(seen.accepted[0].at.line, 1U);
  EXPECT_TRUE(seen.accepted[0].pty);
  EXPECT_FALSE(seen.gate.detail.ja.empty());
}

TEST_F(KeyGate, EveryUnsafeNodeIsNamedInSshdsOrder) {
  keys(kKey, 0666, 1000);
  node("/home/alice/.ssh", 0777, 4242);
  node("/home/alice", 0777, 1000);
  node("/home", 0777, 0);
  EXPECT_THAT(causes(), ElementsAre("auth/keys-file-writable", "auth/ssh-dir-owner", "auth/ssh-dir-writable",
                                    "auth/home-writable"));
  EXPECT_EQ(verdict().gate.obstacles[0].detail("mode"), "0666");
  bed_.sshd_config("StrictModes no\n");
  EXPECT_EQ(result(), GateResult::pass);
}

TEST_F(KeyGate, PrivateGroupsAreDebiansOwn) {
  node("/home/alice", 0775, 1000);
  EXPECT_THAT(causes(), ElementsAre("auth/home-writable"));
  bed_.facts.ssh.private_group_write = true;
  EXPECT_EQ(result(), GateResult::pass);
  bed_.group("root:x:0:\nalice:x:1000:bob\n");
  EXPECT_THAT(causes(), ElementsAre("auth/home-writable"));
  // sshd asks for the group as the user.
  bed_.group("root:x:0:\nalice:x:1000:\n");
  EXPECT_EQ(result(), GateResult::pass);
  bed_.file("/etc/group", "", 0600);
  EXPECT_THAT(causes(), ElementsAre("auth/home-writable"));
}

TEST_F(KeyGate, ClosedDirectoriesAndFiles) {
  node("/home/alice/.ssh", 0700, 0);
  EXPECT_THAT(causes(), ElementsAre("auth/ssh-dir-unreadable"));
  node("/home/alice/.ssh", 0755, 0);
  keys(kKey, 0600, 0);
  EXPECT_THAT(causes(), ElementsAre("auth/keys-file-unreadable"));
  keys(kKey, 0640, 0);
  EXPECT_EQ(verdict().gate.obstacles[0].detail("needs"), "read");
}

TEST_F(KeyGate, UnknownIsNeverFine) {
  FileFact fact = *bed_.facts.paths.find(HostPath(kFile));
  fact.bytes = Missing{Why::denied, std::string(kFile), "Permission denied"};
  bed_.facts.paths.put(fact);
  EXPECT_EQ(result(), GateResult::unknown);
  bed_.facts.paths = PathStore{};
  EXPECT_EQ(result(), GateResult::unknown);
}

TEST_F(KeyGate, AnotherKeyAndWhereTheRightOneIs) {
  keys(kOther);
  EXPECT_THAT(causes(), ElementsAre("auth/key-not-authorized"));
  bed_.file("/root/.ssh/authorized_keys", "#\n" + kKey, 0600, 0);
  const KeyVerdict seen = verdict();
  EXPECT_EQ(seen.gate.obstacles[0].detail("found_in"), "/root/.ssh/authorized_keys");
  EXPECT_EQ(seen.gate.obstacles[0].detail("found_line"), "2");
  EXPECT_EQ(seen.gate.obstacles[0].detail("found_user"), "root");
}

TEST_F(KeyGate, BehindAMissingFileStandsWhatWouldRefuseIt) {
  node("/home/alice", 0777, 1000);
  bed_.missing(kFile);
  EXPECT_THAT(causes(), ElementsAre("auth/keys-file-missing", "auth/home-writable"));
  bed_.sshd_config("StrictModes no\n");
  EXPECT_THAT(causes(), ElementsAre("auth/keys-file-missing"));
}

TEST_F(KeyGate, NoFileAMisnamedOneAndNoHome) {
  bed_.missing(kFile);
  EXPECT_THAT(causes(), ElementsAre("auth/keys-file-missing"));
  bed_.file("/home/alice/.ssh/authorized_key", kKey, 0600, 1000);
  FileFact listing;
  listing.path.asked = HostPath("/home/alice/.ssh");
  listing.bytes = std::string("authorized_key");
  bed_.facts.paths.put(listing);
  EXPECT_THAT(causes(), ElementsAre("auth/keys-file-misnamed"));
  bed_.missing("/home/alice");
  EXPECT_THAT(causes(), ElementsAre("auth/home-missing"));
}

TEST_F(KeyGate, LinesThatRefuse) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"from=\"10.0.0.0/8\" " + kKey, "auth/key-from-excludes"},
      {"expiry-time=\"20200101\" " + kKey, "auth/key-expired"},
      {"no-ptty " + kKey, "auth/key-option-invalid"},
      {"cert-authority " + kKey, "auth/key-option-invalid"},
      {"principals=\"alice\" " + kKey, "auth/key-option-invalid"},
      {"sh-" + kKey.substr(4), "auth/key-line-damaged"},
      {"\xEF\xBB\xBF" + kKey, "auth/keys-file-encoding"},
      {"", "auth/keys-file-empty"},
      {"# nothing\n", "auth/keys-file-empty"},
      {kKey.substr(0, 76), "auth/key-line-damaged"},
  };
  for (const auto& [bytes, id] : cases) {
    keys(bytes);
    EXPECT_THAT(causes(), ElementsAre(id)) << bytes;
    EXPECT_EQ(result(), GateResult::refuse) << bytes;
    EXPECT_FALSE(verdict().gate.detail.en.empty()) << bytes;
  }
  keys("from=\"10.0.0.0/8\" " + kKey + "\n" + kKey + "\n");
  EXPECT_EQ(result(), GateResult::pass);
  EXPECT_EQ(verdict().accepted[0].at.line, 2U);
}

TEST_F(KeyGate, AnUnknownAddressDecidesNothing) {
  keys("from=\"10.0.0.0/8\" " + kKey);
  bed_.question.from.reset();
  const KeyVerdict seen = verdict();
  EXPECT_EQ(seen.gate.result, GateResult::unknown);
  ASSERT_EQ(seen.accepted.size(), 1U);
  EXPECT_FALSE(seen.accepted[0].certain);
  keys("from=\"*\" " + kKey);
  EXPECT_EQ(result(), GateResult::pass);
}

TEST_F(KeyGate, PolicyComesBeforeTheFiles) {
  bed_.sshd_config(
      "PubkeyAuthentication no\nPubkeyAcceptedAlgorithms rsa-sha2-512\nRevokedKeys /etc/ssh/revoked\n");
  bed_.missing("/etc/ssh/revoked");
  keys(kOther);
  EXPECT_THAT(causes(), ElementsAre("auth/pubkey-authentication-off", "auth/key-algorithm-refused",
                                    "auth/revoked-keys-unreadable", "auth/key-not-authorized"));
  bed_.sshd_config("RevokedKeys /etc/ssh/revoked\n");
  bed_.file("/etc/ssh/revoked", kKey);
  keys(kKey);
  EXPECT_THAT(causes(), ElementsAre("auth/key-revoked"));
  bed_.file("/etc/ssh/revoked", "");
  EXPECT_EQ(result(), GateResult::pass);
}

TEST_F(KeyGate, ACommandMayDeliverWhatNoFileHas) {
  bed_.sshd_config("AuthorizedKeysFile none\n");
  EXPECT_THAT(causes(), ElementsAre("auth/keys-file-none"));
  bed_.sshd_config(
      "AuthorizedKeysFile none\nAuthorizedKeysCommand /usr/bin/k %u\nAuthorizedKeysCommandUser root\n");
  bed_.program("/usr/bin/k");
  EXPECT_EQ(result(), GateResult::unknown);
  bed_.program("/usr/bin/k", 0777);
  EXPECT_THAT(causes(), ElementsAre("auth/keys-command-broken"));
  EXPECT_EQ(verdict().gate.obstacles[0].detail("reason"), "unsafe");
  bed_.program("/usr/bin/k", 0644);
  EXPECT_EQ(verdict().gate.obstacles[0].detail("reason"), "not-executable");
  bed_.missing("/usr/bin/k");
  EXPECT_EQ(verdict().gate.obstacles[0].detail("reason"), "missing");
}

TEST_F(KeyGate, AnUnknownTokenEndsTheConnection) {
  bed_.sshd_config("AuthorizedKeysFile .ssh/keys.%n\n");
  EXPECT_THAT(causes(), ElementsAre("auth/keys-file-token"));
  bed_.sshd_config("AuthorizedKeysFile .ssh/authorized_keys .ssh/keys.%n\n");
  EXPECT_EQ(result(), GateResult::pass);
}

TEST_F(KeyGate, AnyKeyOfTheAccountWillDo) {
  bed_.question.kind = CredentialKind::any;
  bed_.question.key.reset();
  keys("from=\"10.0.0.0/8\" " + kOther + "\ncommand=\"true\",restrict " + kKey + "\n");
  const KeyVerdict seen = verdict();
  EXPECT_EQ(seen.gate.result, GateResult::pass);
  ASSERT_EQ(seen.accepted.size(), 1U);
  EXPECT_EQ(seen.accepted[0].forced_command, "true");
  EXPECT_FALSE(seen.accepted[0].pty);
  keys("");
  EXPECT_THAT(causes(), ElementsAre("auth/keys-file-empty"));
  bed_.missing(kFile);
  EXPECT_THAT(causes(), ElementsAre("auth/keys-file-missing"));
}

TEST_F(KeyGate, RootNeedsMoreThanAKey) {
  bed_.question.user = "root";
  bed_.file("/root/.ssh/authorized_keys", kKey, 0600, 0);
  bed_.missing("/root/.ssh/authorized_keys2");
  bed_.directory("/root");
  EXPECT_EQ(root(true).result, GateResult::pass);
  EXPECT_EQ(root(false).result, GateResult::refuse);
  bed_.sshd_config("PermitRootLogin no\n");
  EXPECT_EQ(root(true).obstacles.at(0).cause, Cause::auth_root_login);
  bed_.sshd_config("PermitRootLogin forced-commands-only\n");
  EXPECT_EQ(root(true).obstacles.at(0).cause, Cause::auth_root_forced_commands_only);
  bed_.file("/root/.ssh/authorized_keys", "command=\"true\" " + kKey, 0600, 0);
  EXPECT_EQ(root(true).result, GateResult::pass);
  bed_.sshd_config("PermitRootLogin yes\n");
  EXPECT_EQ(root(false).result, GateResult::pass);
}

}  // namespace
}  // namespace reentry
