#include "facts/ssh_client_settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/ssh_keygen.hpp"

namespace reentry {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Kind = SshComplaintKind;

bool there_is_ssh() {
  return std::system("command -v ssh >/dev/null 2>&1") == 0;
}

TEST(SshClientSettings, DefaultsOfTheRealSsh) {
  if (!there_is_ssh()) GTEST_SKIP();
  const testing::SshKeygen folder;
  const auto said = SshClientSettings::parse(folder.shell("ssh -F none -G example.com 2>/dev/null").out);
  ASSERT_TRUE(said.complete());
  EXPECT_EQ(said.host_name(), "example.com");
  EXPECT_EQ(said.port(), 22);
  EXPECT_EQ(said.address_family(), "any");
  EXPECT_FALSE(said.bind_address() || said.proxy_jump() || said.proxy_command() || said.host_key_alias() ||
               said.revoked_host_keys() || said.connect_timeout() || said.identity_agent());
  EXPECT_GT(said.identity_files().size(), 2U);
  EXPECT_THAT(said.user_known_hosts_files(), SizeIs(2));
  EXPECT_THAT(said.global_known_hosts_files(), SizeIs(2));
  EXPECT_EQ(said.strict_host_key_checking(), HostKeyChecking::ask);
  EXPECT_GT(said.kex_algorithms().size(), 3U);
  EXPECT_GT(said.host_key_algorithms().size(), 3U);
  EXPECT_GT(said.pubkey_accepted_algorithms().size(), 3U);
  EXPECT_THAT(said.preferred_authentications(), IsEmpty());
  EXPECT_TRUE(said.pubkey_authentication() && said.password_authentication() &&
              said.kbd_interactive_authentication());
  EXPECT_FALSE(said.batch_mode() || said.identities_only());
  EXPECT_EQ(said.canonicalize_hostname(), "no");
}

TEST(SshClientSettings, WhatWasSet) {
  if (!there_is_ssh()) GTEST_SKIP();
  const testing::SshKeygen folder;
  folder.write(
      "c",
      "HostName h.example\nPort 2222\nUser u\nIdentityFile ~/a b\nIdentityFile ~/a\nIdentityFile ~/%h\n"
      "CertificateFile /c\nIdentitiesOnly yes\nIdentityAgent none\nUserKnownHostsFile /k1 /k2\n"
      "GlobalKnownHostsFile none\nHostKeyAlias A\nCheckHostIP yes\nStrictHostKeyChecking accept-new\n"
      "ProxyJump j\nCiphers aes128-ctr\nMACs hmac-sha2-256\nPreferredAuthentications publickey,password\n"
      "PubkeyAuthentication unbound\nPasswordAuthentication no\nBatchMode yes\nConnectTimeout 1m\n"
      "RevokedHostKeys /r\nBindAddress 127.0.0.1\nAddressFamily inet6\nCanonicalizeHostname always\n");
  ASSERT_NE(folder.shell("ssh -F c -G h").status, 0);
  folder.shell("sed -i '/a b$/d' c");
  const auto said = SshClientSettings::parse(folder.shell("ssh -F c -G h 2>/dev/null").out);
  EXPECT_EQ(said.port(), 2222);
  EXPECT_EQ(said.user(), "u");
  EXPECT_THAT(said.identity_files(), ElementsAre("~/a", "~/%h"));
  EXPECT_THAT(said.certificate_files(), ElementsAre("/c"));
  EXPECT_TRUE(said.identities_only() && said.check_host_ip() && said.batch_mode());
  EXPECT_EQ(said.identity_agent(), "none");
  EXPECT_THAT(said.user_known_hosts_files(), ElementsAre("/k1", "/k2"));
  EXPECT_THAT(said.global_known_hosts_files(), IsEmpty());
  EXPECT_EQ(said.host_key_alias(), "a");
  EXPECT_EQ(said.strict_host_key_checking(), HostKeyChecking::accept_new);
  EXPECT_EQ(said.proxy_jump(), "j");
  EXPECT_THAT(said.ciphers(), ElementsAre("aes128-ctr"));
  EXPECT_THAT(said.preferred_authentications(), ElementsAre("publickey", "password"));
  EXPECT_TRUE(said.pubkey_authentication());
  EXPECT_FALSE(said.password_authentication());
  EXPECT_EQ(said.connect_timeout(), 60);
  EXPECT_EQ(said.revoked_host_keys(), "/r");
  EXPECT_EQ(said.bind_address(), "127.0.0.1");
  EXPECT_EQ(said.address_family(), "inet6");
  EXPECT_EQ(said.canonicalize_hostname(), "always");
}

struct Case {
  const char* bytes;
  Kind kind;
  std::size_t line;
  const char* keyword;
};

TEST(SshComplaints, OfTheRealSsh) {
  if (!there_is_ssh()) GTEST_SKIP();
  const testing::SshKeygen folder;
  const Case cases[] = {{"\nBogus yes\n", Kind::bad_option, 2, "bogus"},
                        {"\xef\xbb\xbfHost a\n", Kind::bad_option, 1, "\\357\\273\\277host"},
                        {"Port\n", Kind::no_argument, 1, "port"},
                        {"User \"\"\n", Kind::no_argument, 1, ""},
                        {"Host \"a\n", Kind::invalid_quotes, 1, ""},
                        {"User a b\n", Kind::extra_arguments, 1, "user"},
                        {"AddressFamily x\n", Kind::unsupported_value, 1, ""},
                        {"Port x\n", Kind::bad_value, 1, ""},
                        {"KexAlgorithms foo\n", Kind::bad_value, 1, ""},
                        {"Match foo\n", Kind::bad_match, 1, ""},
                        {"IdentityAgent ${REENTRY_NOPE}\n", Kind::expansion, 1, ""}};
  for (const Case& c : cases) {
    folder.write("c", c.bytes);
    const auto said = parse_ssh_complaints(folder.shell("(ssh -F c -G h 2>&1 >/dev/null)").out);
    ASSERT_THAT(said, SizeIs(2)) << c.bytes;
    EXPECT_EQ(said[0].kind, c.kind) << c.bytes;
    EXPECT_EQ(said[0].file, "c");
    EXPECT_EQ(said[0].line, c.line) << c.bytes;
    EXPECT_EQ(said[0].keyword, c.keyword);
    EXPECT_EQ(said[1].kind, Kind::terminating);
    EXPECT_EQ(said[1].count, 1U);
  }
}

TEST(SshComplaints, WithoutALine) {
  if (!there_is_ssh()) GTEST_SKIP();
  const testing::SshKeygen folder;
  folder.write("loop", "Include " + folder.path("loop") + "\n");
  folder.write("open", "User x\n");
  folder.write("outer", "Include " + folder.path("open") + "\n");
  folder.shell("chmod 0666 open");
  const std::pair<const char*, Kind> cases[] = {{"ssh -F nowhere -G h", Kind::cannot_open},
                                                {"ssh -F loop -G h", Kind::too_deep},
                                                {"ssh -F outer -G h", Kind::bad_permissions},
                                                {"ssh -G -- -h", Kind::bad_name}};
  for (const auto& c : cases) {
    const auto said =
        parse_ssh_complaints(folder.shell("(" + std::string(c.first) + " 2>&1 >/dev/null)").out);
    ASSERT_THAT(said, SizeIs(1)) << c.first;
    EXPECT_EQ(said[0].kind, c.second) << c.first;
  }
  folder.write("old", "RSAAuthentication yes\n");
  const auto warned = parse_ssh_complaints(folder.shell("(ssh -F old -G h 2>&1 >/dev/null)").out);
  ASSERT_THAT(warned, SizeIs(1));
  EXPECT_TRUE(warned[0].warning());
  EXPECT_EQ(warned[0].keyword, "rsaauthentication");
}

}  // namespace
}  // namespace reentry
