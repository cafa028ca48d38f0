#include "facts/krl.hpp"

#include <gtest/gtest.h>

#include "support/ssh_keygen.hpp"

namespace reentry {
namespace {

using testing::SshKeygen;

class Krl : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!SshKeygen::there()) GTEST_SKIP();
    ASSERT_TRUE(tool_.make("ca", "ed25519"));
    ASSERT_TRUE(tool_.make("other_ca", "ed25519"));
    ASSERT_TRUE(tool_.make("a", "ed25519"));
    ASSERT_TRUE(tool_.make("b", "ecdsa"));
  }
  PublicKey key(const std::string& name) const {
    KeyProblem problem = KeyProblem::none;
    const auto key = key_from_line(tool_.line(name), problem);
    EXPECT_TRUE(key) << name;
    return key.value_or(PublicKey{});
  }
  // ssh-keygen -Q ends with 1 for a revoked key.
  bool oracle(const std::string& name) const {
    return tool_.shell("ssh-keygen -Qf list " + name + ".pub").status != 0;
  }
  std::optional<RevokedKeys> list() const {
    RevokedKeysProblem problem;
    return parse_revoked_keys(tool_.read("list"), problem);
  }
  SshKeygen tool_;
};

TEST_F(Krl, AgreesWithSshKeygen) {
  for (const std::string name : {"s5", "s70", "s4000000000", "s0"}) {
    tool_.shell("cp a.pub " + name + ".pub; ssh-keygen -q -s ca -I id-" + name + " -n alice -z " +
                name.substr(1) + " " + name + ".pub");
  }
  tool_.shell("cp a.pub foreign.pub; ssh-keygen -q -s other_ca -I id-f -n alice -z 5 foreign.pub");
  const std::vector<std::string> specs = {
      "serial: 5",          "serial: 5-80", "serial: 5\nserial: 7\nserial: 9\nserial: 64\nserial: 70",
      "serial: 4000000000", "id: id-s70",   "id: nobody",
      "serial: 1-3"};
  for (const std::string& spec : specs) {
    tool_.write("spec", spec + "\n");
    ASSERT_EQ(tool_.shell("rm -f list; ssh-keygen -q -k -f list -s ca.pub spec").status, 0) << spec;
    const auto revoked = list();
    ASSERT_TRUE(revoked) << spec;
    for (const std::string name :
         {"s5-cert", "s70-cert", "s4000000000-cert", "s0-cert", "foreign-cert", "a", "b", "ca"}) {
      EXPECT_EQ(revoked->lists(key(name)), oracle(name)) << spec << " " << name;
    }
  }
}

TEST_F(Krl, KeysAndHashes) {
  const std::string hash = tool_.fingerprint("a.pub");
  const std::vector<std::string> makes = {"ssh-keygen -q -k -f list a.pub",
                                          "echo \"key: $(cat a.pub)\" > s; ssh-keygen -q -k -f list s",
                                          "echo \"sha1: $(cat a.pub)\" > s; ssh-keygen -q -k -f list s",
                                          "echo \"sha256: $(cat a.pub)\" > s; ssh-keygen -q -k -f list s",
                                          "echo 'hash: " + hash + "' > s; ssh-keygen -q -k -f list s"};
  for (const std::string& make : makes) {
    ASSERT_EQ(tool_.shell("rm -f list; " + make).status, 0) << make;
    const auto revoked = list();
    ASSERT_TRUE(revoked) << make;
    EXPECT_TRUE(revoked->binary);
    EXPECT_TRUE(revoked->lists(key("a"))) << make;
    EXPECT_FALSE(revoked->lists(key("b"))) << make;
  }
}

TEST_F(Krl, EveryCutOfAListIsRefusedOrRead) {
  ASSERT_EQ(tool_.shell("ssh-keygen -q -k -f list a.pub b.pub").status, 0);
  const std::string whole = tool_.read("list");
  for (std::size_t size = 8; size < whole.size(); ++size) {
    RevokedKeysProblem problem;
    const auto revoked = parse_revoked_keys(std::string_view(whole).substr(0, size), problem);
    tool_.write("list", whole.substr(0, size));
    if (size % 16 == 0) {
      const std::string said = tool_.shell("ssh-keygen -Qf list a.pub").out;
      EXPECT_EQ(!revoked, said.find("revoked") == std::string::npos && said.find("ok") == std::string::npos)
          << size << said;
    }
  }
}

TEST_F(Krl, TextFileOfKeys) {
  RevokedKeysProblem problem;
  const std::string a = tool_.line("a");
  const auto revoked = parse_revoked_keys("# gone\n\n  " + a + "\n", problem);
  ASSERT_TRUE(revoked);
  EXPECT_TRUE(revoked->lists(key("a")));
  EXPECT_FALSE(revoked->lists(key("b")));
  EXPECT_TRUE(parse_revoked_keys("", problem));
  EXPECT_FALSE(parse_revoked_keys(a + "\nno key\n", problem));
  EXPECT_EQ(problem.line, 2U);
}

}  // namespace
}  // namespace reentry
