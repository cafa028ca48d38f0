// The remedies that change what an administrator decided about a key: each small, and no wider than the login
// asked about.
#include <gtest/gtest.h>

#include "support/one_finding.hpp"
#include "support/ssh_keygen.hpp"

namespace reentry {
namespace {

using testing::after;
using testing::finding_of;

constexpr std::string_view kKeys = "/home/alice/.ssh/authorized_keys";
constexpr std::string_view kConfig = "/etc/ssh/sshd_config.d/10-site.conf";

Finding with_from(const std::string& list, const std::string& address = "203.0.113.5") {
  const std::string text = "from=\"" + list + "\" ssh-ed25519 AAAA alice";
  Facts facts = testing::small_host();
  testing::put_file(facts, kKeys, "# team\n" + text + "\n");
  return finding_of(facts, {Cause::auth_key_from_excludes,
                            {"file", std::string(kKeys), 2, text},
                            {},
                            {{"path", std::string(kKeys)}, {"from", list}, {"address", address}}});
}

std::string line_with(const std::string& list) {
  return "# team\nfrom=\"" + list + "\" ssh-ed25519 AAAA alice\n";
}

TEST(KeyFromExcludes, TheAddressIsAdded) {
  EXPECT_EQ(after(with_from("10.0.0.0/8").remedies.at(0).steps), line_with("10.0.0.0/8,203.0.113.5"));
  EXPECT_EQ(with_from("10.0.0.0/8").remedies.at(0).risk, Risk::choice);
}

TEST(KeyFromExcludes, AnEntryAgainstJustThisAddressIsTakenOut) {
  EXPECT_EQ(after(with_from("!203.0.113.5,*").remedies.at(0).steps), line_with("*"));
  EXPECT_EQ(after(with_from("!203.0.113.5,10.*").remedies.at(0).steps), line_with("10.*,203.0.113.5"));
  EXPECT_EQ(after(with_from("!203.0.113.5").remedies.at(0).steps), line_with("203.0.113.5"));
}

TEST(KeyFromExcludes, AnEntryAgainstOthersTooIsLeftToAPerson) {
  EXPECT_EQ(with_from("!203.0.113.*,*").remedies.at(0).risk, Risk::manual);
  EXPECT_EQ(with_from("!203.0.113.0/24,*").remedies.at(0).risk, Risk::manual);
}

LoginTrace with_certificate(std::vector<std::string> principals) {
  LoginTrace trace = testing::login_of("alice", {});
  trace.question.kind = CredentialKind::key;
  trace.question.key = PublicKey{};
  trace.question.key->certificate = Certificate{};
  trace.question.key->certificate->principals = std::move(principals);
  return trace;
}

Finding with_principals(std::vector<std::string> names) {
  const std::string text = "cert-authority,principals=\"deploy\" ssh-ed25519 AAAA ca";
  Facts facts = testing::small_host();
  testing::put_file(facts, kKeys, text + "\n");
  return finding_of(facts,
                    {Cause::auth_cert_principal,
                     {"file", std::string(kKeys), 1, text},
                     {},
                     {{"wanted", "deploy"}, {"principals", "alice"}}},
                    with_certificate(std::move(names)));
}

TEST(CertPrincipal, TheAuthoritysLineGetsTheName) {
  const Finding found = with_principals({"ops", "alice"});
  EXPECT_EQ(found.remedies.at(0).risk, Risk::choice);
  EXPECT_EQ(after(found.remedies[0].steps),
            "cert-authority,principals=\"deploy,alice\" ssh-ed25519 AAAA ca\n");
}

TEST(CertPrincipal, NoneIsGuessedOfSeveralAndNoneThatWouldBeTwo) {
  EXPECT_EQ(with_principals({"ops", "dev"}).remedies.at(0).risk, Risk::manual);
  EXPECT_EQ(with_principals({"a,b"}).remedies.at(0).risk, Risk::manual);
  EXPECT_EQ(with_principals({"a\" b"}).remedies.at(0).risk, Risk::manual);
}

std::string with_list(const std::string& value, const std::string& type) {
  const std::string text = "PubkeyAcceptedAlgorithms " + value;
  Facts facts = testing::small_host();
  testing::put_file(facts, kConfig, text + "\n");
  return after(finding_of(facts, {Cause::auth_key_algorithm_refused,
                                  {"file", std::string(kConfig), 1, text},
                                  {},
                                  {{"type", type}, {"algorithm", type}}})
                   .remedies.at(0)
                   .steps);
}

TEST(KeyAlgorithmRefused, WhatAMinusTakesAwayIsGivenBack) {
  EXPECT_EQ(with_list("-ssh-ed25519*", "ssh-ed25519"),
            "# reentry (transaction pending): it took away the algorithms of a key that is in "
            "use\n#PubkeyAcceptedAlgorithms "
            "-ssh-ed25519*\n");
  EXPECT_EQ(with_list("-ssh-rsa,rsa-sha2-*,ecdsa-*", "ssh-rsa"),
            "PubkeyAcceptedAlgorithms -ssh-rsa,ecdsa-*\n")
      << "SHA-1 stays away";
  EXPECT_EQ(with_list("ecdsa-sha2-nistp256", "ssh-ed25519"),
            "PubkeyAcceptedAlgorithms ecdsa-sha2-nistp256,ssh-ed25519\n");
}

TEST(CertUntrusted, TheAuthorityIsAddedToTheFileThatLacksIt) {
  if (!testing::SshKeygen::there()) GTEST_SKIP() << "no ssh-keygen";
  const testing::SshKeygen keys;
  ASSERT_TRUE(keys.make("ca", "ed25519") && keys.make("user", "ed25519"));
  ASSERT_EQ(keys.run("-s ca -I alice -n alice user.pub").status, 0);
  LoginTrace trace = testing::login_of("alice", {});
  trace.question.kind = CredentialKind::key;
  std::string why;
  trace.question.key = key_from_any_file(keys.read("user-cert.pub"), why);
  ASSERT_TRUE(trace.question.key) << why;
  Facts facts = testing::small_host();
  testing::put_file(facts, "/etc/ssh/ca.pub", "ssh-ed25519 other\n");
  const Finding found = finding_of(
      facts,
      {Cause::auth_cert_untrusted, {"file", "/etc/ssh/ca.pub", 0, {}}, {}, {{"reason", "CA is not listed"}}},
      trace);
  EXPECT_EQ(found.remedies.at(0).risk, Risk::choice);
  const std::string line = keys.line("ca");
  EXPECT_EQ(after(found.remedies[0].steps),
            "ssh-ed25519 other\n" + line.substr(0, line.find(' ', line.find(' ') + 1)) + "\n");
}

}  // namespace
}  // namespace reentry
