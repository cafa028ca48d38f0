#include "facts/public_key.hpp"

#include <gtest/gtest.h>

#include "base/digest.hpp"
#include "facts/wire.hpp"
#include "support/ssh_keygen.hpp"

namespace reentry {
namespace {

using testing::SshKeygen;

std::optional<PublicKey> parse(const std::string& line) {
  KeyProblem problem = KeyProblem::none;
  return key_from_line(line, problem);
}

KeyProblem problem_of(const std::string& line) {
  KeyProblem problem = KeyProblem::none;
  EXPECT_FALSE(key_from_line(line, problem)) << line;
  return problem;
}

struct TypeCase {
  std::string arguments;
  std::string type;
  int bits;
};

class EveryType : public ::testing::TestWithParam<TypeCase> {};

TEST_P(EveryType, AgreesWithSshKeygen) {
  if (!SshKeygen::there()) GTEST_SKIP();
  const SshKeygen tool;
  ASSERT_TRUE(tool.make("k", GetParam().arguments));
  const auto key = parse(tool.line("k"));
  ASSERT_TRUE(key);
  EXPECT_EQ(key->type, GetParam().type);
  EXPECT_EQ(key->bits, GetParam().bits);
  EXPECT_EQ(key->comment, "comment of k");
  EXPECT_EQ(key->fingerprint(), tool.fingerprint("k.pub"));
  EXPECT_EQ(key->plain_blob, key->blob);
}

INSTANTIATE_TEST_SUITE_P(PublicKey, EveryType,
                         ::testing::Values(TypeCase{"ed25519", "ssh-ed25519", 256},
                                           TypeCase{"rsa -b 1024", "ssh-rsa", 1024},
                                           TypeCase{"rsa -b 2048", "ssh-rsa", 2048},
                                           TypeCase{"ecdsa -b 256", "ecdsa-sha2-nistp256", 256},
                                           TypeCase{"ecdsa -b 384", "ecdsa-sha2-nistp384", 384},
                                           TypeCase{"ecdsa -b 521", "ecdsa-sha2-nistp521", 521}));

TEST(PublicKey, ReadsACertificate) {
  if (!SshKeygen::there()) GTEST_SKIP();
  const SshKeygen tool;
  ASSERT_TRUE(tool.make("ca", "ed25519"));
  ASSERT_TRUE(tool.make("k", "rsa -b 2048"));
  ASSERT_EQ(tool.run("-s ca -I 'alice@desk' -n alice,root -z 42 -V 20260101000000Z:20270101000000Z "
                     "-O force-command=/bin/true -O source-address=10.0.0.0/8 -O no-x11-forwarding k.pub")
                .status,
            0);
  const auto key = parse(tool.line("k-cert"));
  ASSERT_TRUE(key);
  EXPECT_EQ(key->type, "ssh-rsa-cert-v01@openssh.com");
  EXPECT_EQ(key->plain_type(), "ssh-rsa");
  EXPECT_TRUE(key->is_rsa());
  EXPECT_EQ(key->fingerprint(), tool.fingerprint("k.pub"));
  const auto plain = parse(tool.line("k"));
  ASSERT_TRUE(plain);
  EXPECT_EQ(key->plain_blob, plain->blob);
  ASSERT_TRUE(key->certificate);
  const Certificate& certificate = *key->certificate;
  EXPECT_FALSE(certificate.host);
  EXPECT_EQ(certificate.serial, 42U);
  EXPECT_EQ(certificate.key_id, "alice@desk");
  EXPECT_EQ(certificate.principals, (std::vector<std::string>{"alice", "root"}));
  EXPECT_EQ(certificate.valid_after, 1767225600U);
  EXPECT_EQ(certificate.valid_before, 1798761600U);
  ASSERT_EQ(certificate.critical_options.size(), 2U);
  EXPECT_EQ(certificate.critical_options[0],
            (std::pair<std::string, std::string>{"force-command", "/bin/true"}));
  EXPECT_EQ(certificate.critical_options[1],
            (std::pair<std::string, std::string>{"source-address", "10.0.0.0/8"}));
  EXPECT_EQ(certificate.extensions.size(), 4U);
  EXPECT_EQ(certificate.signature_algorithm, "ssh-ed25519");
  KeyProblem problem = KeyProblem::none;
  const auto ca = key_from_blob(certificate.ca_blob, problem);
  ASSERT_TRUE(ca);
  EXPECT_EQ(ca->fingerprint(), tool.fingerprint("ca.pub"));
}

TEST(PublicKey, NamesWhatIsWrong) {
  std::string blob;
  put_string(blob, "ssh-ed25519");
  put_string(blob, std::string(32, 'x'));
  const std::string good = "ssh-ed25519 " + base64(blob);
  ASSERT_TRUE(parse(good));
  EXPECT_EQ(problem_of(""), KeyProblem::empty);
  EXPECT_EQ(problem_of("sh-ed25519 " + base64(blob)), KeyProblem::unknown_type);
  EXPECT_EQ(problem_of("ssh-ed25519"), KeyProblem::missing_data);
  EXPECT_EQ(problem_of("ssh-ed25519 \t "), KeyProblem::missing_data);
  EXPECT_EQ(problem_of(good.substr(0, good.size() - 1)), KeyProblem::bad_base64);
  EXPECT_EQ(problem_of("ssh-ed25519 " + base64(blob.substr(0, 30))), KeyProblem::truncated);
  EXPECT_EQ(problem_of("ssh-ed25519 " + base64(blob + "xyz")), KeyProblem::trailing_data);
  EXPECT_EQ(problem_of("ssh-rsa " + base64(blob)), KeyProblem::type_mismatch);
  std::string short_key;
  put_string(short_key, "ssh-ed25519");
  put_string(short_key, std::string(31, 'x'));
  EXPECT_EQ(problem_of("ssh-ed25519 " + base64(short_key)), KeyProblem::bad_value);
}

TEST(PublicKey, TakesWhatSshKeygenTakes) {
  if (!SshKeygen::there()) GTEST_SKIP();
  const SshKeygen tool;
  ASSERT_TRUE(tool.make("k", "rsa -b 1024"));
  ASSERT_TRUE(tool.make("e", "ed25519"));
  const std::string rsa = tool.line("k");
  const std::string ed = tool.line("e");
  const std::string data = rsa.substr(8, rsa.find(' ', 8) - 8);
  const std::vector<std::string> lines = {rsa,
                                          ed,
                                          "rsa-sha2-256 " + data,
                                          "rsa-sha2-512 " + data + " x",
                                          "RSA " + data,
                                          "ssh-ed25519 " + data,
                                          "ssh-rsa\t\t" + data + "\tc",
                                          "ssh-rsa " + data + "=",
                                          "ssh-rsa " + data.substr(0, data.size() - 4),
                                          "ssh-rsa " + data + "AAAA",
                                          "ecdsa-sha2-nistp256 " + data,
                                          "ssh-rsa " + data + "\r",
                                          "ssh-rsa  " + data.substr(1),
                                          "ssh-dss " + data,
                                          "\xEF\xBB\xBF" + rsa};
  for (const std::string& line : lines) {
    tool.write("line.pub", line + "\n");
    const auto key = parse(line);
    EXPECT_EQ(key ? key->fingerprint() : std::string(), tool.fingerprint("line.pub")) << line;
  }
}

TEST(PublicKey, AnyFileOfAPair) {
  if (!SshKeygen::there()) GTEST_SKIP();
  const SshKeygen tool;
  std::string why;
  for (const std::string type : {"ed25519", "rsa -b 2048", "ecdsa -b 384"}) {
    const std::string name = type.substr(0, 3);
    ASSERT_TRUE(tool.make(name, type));
    ASSERT_TRUE(tool.make(name + "x", type, "-N secret"));
    for (const std::string& file : {name, name + ".pub", name + "x", name + "x.pub"}) {
      const auto key = key_from_any_file(tool.read(file), why);
      ASSERT_TRUE(key) << file << ": " << why;
      EXPECT_EQ(key->fingerprint(), tool.fingerprint(file)) << file;
    }
    for (const std::string form : {"RFC4716", "PKCS8"}) {
      tool.write("form", tool.shell("ssh-keygen -e -m " + form + " -f " + name + ".pub").out);
      const auto key = key_from_any_file(tool.read("form"), why);
      if (form == "PKCS8" && type == "ed25519") continue;  // ssh-keygen can't write that
      ASSERT_TRUE(key) << form << " " << type << ": " << why;
      EXPECT_EQ(key->fingerprint(), tool.fingerprint(name + ".pub")) << form;
    }
  }
  EXPECT_FALSE(key_from_any_file("", why));
  EXPECT_EQ(why, "the file is empty");
  EXPECT_FALSE(key_from_any_file("<html>", why));
}

TEST(PublicKey, KnowsKeyTypes) {
  for (const char* word :
       {"ssh-rsa", "ssh-ed25519", "ED25519", "rsa", "sk-ssh-ed25519@openssh.com",
        "sk-ssh-ed25519-cert-v01@openssh.com", "ecdsa-sha2-nistp521-cert-v01@openssh.com"}) {
    EXPECT_TRUE(is_key_type(word)) << word;
  }
  for (const char* word : {"", "sh-ed25519", "ssh-ed25519,", "no-pty", "-cert-v01@openssh.com"}) {
    EXPECT_FALSE(is_key_type(word)) << word;
  }
}

}  // namespace
}  // namespace reentry
