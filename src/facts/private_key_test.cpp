#include "facts/private_key.hpp"

#include <gtest/gtest.h>

#include "support/ssh_keygen.hpp"

namespace reentry {
namespace {

using testing::SshKeygen;

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

class PrivateKeys : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!SshKeygen::there()) GTEST_SKIP();
  }
  // What sshd and ssh make of the file: `ssh-keygen -y` loads it in the same way.
  bool loads(const std::string& bytes) const {
    tool_.write("probe", bytes);
    return tool_.shell("ssh-keygen -y -P '' -f probe").status == 0;
  }
  SshKeygen tool_;
};

TEST_F(PrivateKeys, EveryTypeAndFormatLoads) {
  for (const std::string type : {"ed25519", "rsa -b 2048", "ecdsa -b 256", "ecdsa -b 384", "ecdsa -b 521"}) {
    for (const std::string form : {"", "-m PEM", "-m PKCS8"}) {
      tool_.shell("rm -f k k.pub");
      ASSERT_TRUE(tool_.make("k", type, "-N '' " + form));
      const PrivateKeyFile file = judge_private_key(tool_.read("k"));
      EXPECT_EQ(file.state, PrivateKeyState::ok) << type << form << ": " << file.reason;
      ASSERT_TRUE(file.key) << type << form;
      EXPECT_EQ(file.key->fingerprint(), tool_.fingerprint("k.pub")) << type << form;
    }
  }
}

TEST_F(PrivateKeys, PassphraseIsSeenInEveryFormat) {
  for (const std::string form : {"", "-m PEM", "-m PKCS8"}) {
    tool_.shell("rm -f k k.pub");
    ASSERT_TRUE(tool_.make("k", "rsa -b 2048", "-N secret " + form));
    const PrivateKeyFile file = judge_private_key(tool_.read("k"));
    EXPECT_EQ(file.state, PrivateKeyState::encrypted) << form << ": " << file.reason;
    EXPECT_EQ(file.key.has_value(), form.empty());
  }
}

// Each damage, and what the real tool says of it.
TEST_F(PrivateKeys, DamageIsJudgedAsTheRealToolDoes) {
  for (const std::string form : {"", "-m PEM"}) {
    tool_.shell("rm -f k k.pub");
    ASSERT_TRUE(tool_.make("k", "rsa -b 2048", "-N '' " + form));
    const std::string good = tool_.read("k");
    std::string flipped = good;
    flipped[good.size() / 2] = flipped[good.size() / 2] == 'A' ? 'B' : 'A';
    const std::vector<std::string> files = {
        good,
        replaced(good, "\n", "\r\n"),
        good.substr(0, good.size() - 1),
        "\n" + good,
        "\xEF\xBB\xBF" + good,
        "  " + good,
        good + "\n\n",
        good + "trailing words\n",
        good.substr(0, good.size() / 2),
        good.substr(0, good.find("-----END")),
        replaced(good, "-----END", "----END"),
        replaced(good, "\n", " "),
        "",
        tool_.read("k.pub"),
    };
    for (const std::string& bytes : files) {
      const PrivateKeyFile file = judge_private_key(bytes);
      EXPECT_EQ(file.loads(), loads(bytes)) << form << ": " << file.reason << "\n" << bytes.substr(0, 60);
    }
    EXPECT_EQ(judge_private_key(files[1]).state, form.empty() ? PrivateKeyState::crlf : PrivateKeyState::ok);
    EXPECT_EQ(judge_private_key(files[8]).state, PrivateKeyState::damaged);
    EXPECT_EQ(judge_private_key(files[13]).state, PrivateKeyState::public_only);
  }
}

TEST_F(PrivateKeys, APrivatePartOfAnotherKeyIsDamage) {
  ASSERT_TRUE(tool_.make("a", "ed25519"));
  ASSERT_TRUE(tool_.make("b", "ed25519"));
  std::string a = tool_.read("a");
  const std::string b = tool_.read("b");
  ASSERT_EQ(a.size(), b.size());
  // The public half stands in the first two lines, the private one behind it.
  const std::size_t split = a.find('\n', a.find('\n', a.find('\n') + 1) + 1);
  const std::string mixed = a.substr(0, split) + b.substr(split);
  EXPECT_EQ(judge_private_key(mixed).state, PrivateKeyState::damaged);
  EXPECT_FALSE(loads(mixed));
}

TEST(PrivateKey, NamesWhatItIsNot) {
  EXPECT_EQ(judge_private_key("").state, PrivateKeyState::empty);
  EXPECT_EQ(judge_private_key(std::string(400, '\0')).state, PrivateKeyState::empty);
  EXPECT_EQ(judge_private_key(std::string(400, '\0')).reason, "it holds nothing but zero bytes");
  EXPECT_EQ(judge_private_key("<html>not found</html>").state, PrivateKeyState::damaged);
  const PrivateKeyFile ppk = judge_private_key("PuTTY-User-Key-File-3: ssh-ed25519\r\nEncryption: none\r\n");
  EXPECT_EQ(ppk.state, PrivateKeyState::foreign);
  EXPECT_EQ(ppk.format, PrivateKeyFormat::ppk3);
}

TEST(PrivateKey, ReadsThePublicHalfOfAPpk) {
  const PrivateKeyFile file = judge_private_key(
      "PuTTY-User-Key-File-2: ssh-ed25519\nEncryption: aes256-cbc\nComment: mine\nPublic-Lines: 2\n"
      "AAAAC3NzaC1lZDI1NTE5AAAAIHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4\neHh4\nPrivate-Lines: 1\nAAAA\n");
  EXPECT_EQ(file.state, PrivateKeyState::foreign);
  ASSERT_TRUE(file.key);
  EXPECT_EQ(file.key->type, "ssh-ed25519");
  EXPECT_EQ(file.key->comment, "mine");
}

}  // namespace
}  // namespace reentry
