#include "facts/authorized_keys.hpp"

#include <gtest/gtest.h>

#include <sstream>

#include "base/digest.hpp"
#include "facts/key_damage.hpp"
#include "facts/wire.hpp"
#include "support/ssh_keygen.hpp"

namespace reentry {
namespace {

std::string data_of(char filler) {
  std::string blob;
  put_string(blob, "ssh-ed25519");
  put_string(blob, std::string(32, filler));
  return base64(blob);
}

const std::string kData = data_of('a');
const std::string kKey = "ssh-ed25519 " + kData;
const std::string kOther = "ssh-ed25519 " + data_of('b');

SshBuild build_of(int major, int minor) {
  SshBuild build;
  build.version = {major, minor, 1};
  build.version_known = true;
  return build;
}

AuthorizedKeys parse(const std::string& bytes) {
  return parse_authorized_keys(bytes, build_of(9, 2));
}

// The one line of interest in `bytes`.
AuthorizedLine only(const std::string& bytes) {
  AuthorizedKeys keys = parse(bytes);
  EXPECT_EQ(keys.lines.size(), 1U) << bytes;
  return keys.lines.empty() ? AuthorizedLine{} : keys.lines.front();
}

TEST(AuthorizedKeys, KeepsEveryLine) {
  const AuthorizedKeys keys = parse("# mine\n\n" + kKey + " me\n   \t" + kOther + "\r\n\r\nno key\n" + kKey);
  ASSERT_EQ(keys.lines.size(), 7U);
  const std::vector<KeyLineKind> kinds = {KeyLineKind::comment, KeyLineKind::blank, KeyLineKind::key,
                                          KeyLineKind::key,     KeyLineKind::blank, KeyLineKind::damaged,
                                          KeyLineKind::key};
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    EXPECT_EQ(keys.lines[i].kind, kinds[i]) << i;
    EXPECT_EQ(keys.lines[i].number, i + 1);
  }
  EXPECT_EQ(keys.lines[2].key->comment, "me");
  EXPECT_TRUE(keys.has_key());
  EXPECT_FALSE(parse("").has_key());
}

struct Damaged {
  std::string name;
  std::string bytes;
  LineDamage damage;
  std::string mended;  // empty: can't be told
};

class EveryDamage : public ::testing::TestWithParam<Damaged> {};

TEST_P(EveryDamage, IsNamedAndMended) {
  const AuthorizedKeys keys = parse(GetParam().bytes);
  const auto dead = std::find_if(keys.lines.begin(), keys.lines.end(), [](const AuthorizedLine& line) {
    return line.kind == KeyLineKind::damaged;
  });
  ASSERT_NE(dead, keys.lines.end());
  EXPECT_EQ(name_of(dead->damage), name_of(GetParam().damage));
  EXPECT_EQ(dead->mended, GetParam().mended);
  EXPECT_FALSE(words_for(*dead).en.empty());
  EXPECT_FALSE(words_for(*dead).ja.empty());
  if (GetParam().mended.empty()) return;
  ASSERT_TRUE(dead->recovered);
  const AuthorizedKeys again = parse(GetParam().mended);
  EXPECT_TRUE(std::any_of(again.lines.begin(), again.lines.end(), [&](const AuthorizedLine& line) {
    return line.kind == KeyLineKind::key && line.key->blob == dead->recovered->blob;
  }));
}

INSTANTIATE_TEST_SUITE_P(
    AuthorizedKeys, EveryDamage,
    ::testing::Values(
        Damaged{"typo", "sh-ed25519 " + kData + " me", LineDamage::wrong_type, kKey + " me"},
        Damaged{"typo_with_option", "no-pty sh-ed25519 " + kData, LineDamage::wrong_type, "no-pty " + kKey},
        Damaged{"other_type", "ssh-rsa " + kData, LineDamage::wrong_type, kKey},
        Damaged{"no_type", kData + " me", LineDamage::missing_type, kKey + " me"},
        Damaged{"no_type_with_option", "no-pty " + kData, LineDamage::missing_type, "no-pty " + kKey},
        Damaged{"type_only", "ssh-ed25519", LineDamage::missing_data, ""},
        Damaged{"quoted", "\"" + kKey + " me\"", LineDamage::quoted_line, kKey + " me"},
        Damaged{"quoted_single", "'" + kKey + "'", LineDamage::quoted_line, kKey},
        Damaged{"smart_quoted", "\xE2\x80\x9C" + kKey + "\xE2\x80\x9D", LineDamage::smart_quotes, kKey},
        Damaged{"smart_option", "command=\xE2\x80\x9C/bin/true\xE2\x80\x9D " + kKey, LineDamage::smart_quotes,
                "command=\"/bin/true\" " + kKey},
        Damaged{"bom", "\xEF\xBB\xBF" + kKey, LineDamage::byte_order_mark, kKey},
        Damaged{"nbsp", "ssh-ed25519\xC2\xA0" + kData, LineDamage::invisible_space, kKey},
        Damaged{"full_width", "ssh-ed25519\xE3\x80\x80" + kData + " me", LineDamage::invisible_space,
                kKey + " me"},
        Damaged{"zero_width", "\xE2\x80\x8B" + kKey, LineDamage::invisible_space, kKey},
        Damaged{"truncated", kKey.substr(0, 60), LineDamage::truncated, ""},
        Damaged{"truncated_in_group", kKey.substr(0, 61) + " me", LineDamage::truncated, ""},
        Damaged{"bad_base64", kKey.substr(0, 50) + "*" + kKey.substr(51), LineDamage::bad_base64, ""},
        Damaged{"bad_option", "no-ptty " + kKey, LineDamage::bad_options, ""},
        Damaged{"blank_after_comma", "no-pty, no-user-rc " + kKey, LineDamage::blank_in_options,
                "no-pty,no-user-rc " + kKey},
        Damaged{"blank_at_equals", "command = \"true\" " + kKey, LineDamage::blank_in_options,
                "command=\"true\" " + kKey},
        Damaged{"open_quote", "command=\"true " + kKey, LineDamage::unterminated_quote, ""},
        Damaged{"wrapped", kKey.substr(0, 40) + "\n" + kKey.substr(40, 20) + "\n" + kKey.substr(60) + " me\n",
                LineDamage::wrapped, kKey + " me"},
        Damaged{"wrapped_after_type", "ssh-ed25519\n" + kData + "\n", LineDamage::wrapped, kKey},
        Damaged{"wrapped_with_option", "no-pty " + kKey.substr(0, 40) + "\r\n" + kKey.substr(40) + "\r\n",
                LineDamage::wrapped, "no-pty " + kKey},
        Damaged{"glued_comment", kKey + " me" + kOther + " you", LineDamage::glued,
                kKey + " me\n" + kOther + " you"},
        Damaged{"glued", kKey + kOther, LineDamage::glued, kKey + "\n" + kOther},
        Damaged{"prose", "my key, please", LineDamage::not_a_key, ""},
        Damaged{"html", "<html><body>404</body></html>", LineDamage::not_a_key, ""},
        Damaged{"certificate_request", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
                LineDamage::pem, ""}),
    [](const ::testing::TestParamInfo<Damaged>& test) { return test.param.name; });

TEST(AuthorizedKeys, CarriageReturnsMakeOneLine) {
  const AuthorizedKeys bare = parse(kKey + "\r" + kOther + "\r");
  EXPECT_EQ(bare.whole, LineDamage::carriage_returns);
  ASSERT_EQ(bare.lines.size(), 2U);
  EXPECT_EQ(bare.lines[0].kind, KeyLineKind::damaged);
  EXPECT_EQ(bare.lines[1].damage, LineDamage::carriage_returns);
  const AuthorizedKeys commented = parse(kKey + " me\r" + kOther + " you\r");
  ASSERT_EQ(commented.lines.size(), 2U);
  EXPECT_EQ(commented.lines[0].kind, KeyLineKind::key);
  EXPECT_EQ(commented.lines[1].damage, LineDamage::carriage_returns);
  EXPECT_EQ(parse(readable_text(kKey + "\r" + kOther + "\r")).lines[1].kind, KeyLineKind::key);
}

TEST(AuthorizedKeys, Utf16IsNoKeyForSshd) {
  for (const bool mark : {true, false}) {
    std::string bytes = mark ? "\xFF\xFE" : "";
    for (const char c : kKey + "\r\n") {
      bytes += c;
      bytes += '\0';
    }
    const AuthorizedKeys keys = parse(bytes);
    EXPECT_EQ(keys.whole, LineDamage::utf16);
    ASSERT_FALSE(keys.lines.empty());
    EXPECT_FALSE(keys.has_key());
    ASSERT_TRUE(keys.lines[0].recovered);
    EXPECT_TRUE(parse(readable_text(bytes)).has_key());
  }
}

TEST(AuthorizedKeys, PastedBlocksAreOneEntryAndGiveTheirPublicKey) {
  if (!testing::SshKeygen::there()) GTEST_SKIP();
  const testing::SshKeygen tool;
  for (const std::string form : {"", "-m PEM"}) {
    tool.shell("rm -f k k.pub");
    ASSERT_TRUE(tool.make("k", "rsa -b 1024", "-N '' " + form));
    const AuthorizedKeys keys = parse(kOther + "\n" + tool.read("k") + kKey + "\n");
    ASSERT_EQ(keys.lines.size(), 3U) << form;
    EXPECT_EQ(keys.lines[0].kind, KeyLineKind::key);
    EXPECT_EQ(keys.lines[1].damage, LineDamage::private_key);
    EXPECT_EQ(keys.lines[2].kind, KeyLineKind::key);
    ASSERT_TRUE(keys.lines[1].recovered) << form;
    EXPECT_EQ(keys.lines[1].recovered->fingerprint(), tool.fingerprint("k.pub"));
  }
  const AuthorizedKeys rfc = parse(tool.shell("ssh-keygen -e -m RFC4716 -f k.pub").out);
  ASSERT_EQ(rfc.lines.size(), 1U);
  EXPECT_EQ(rfc.whole, LineDamage::rfc4716);
  ASSERT_TRUE(rfc.lines[0].recovered);
  EXPECT_EQ(rfc.lines[0].recovered->fingerprint(), tool.fingerprint("k.pub"));
  // A block whose end was lost does not swallow the keys behind it.
  const AuthorizedKeys open = parse("-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n" + kKey + "\n");
  ASSERT_EQ(open.lines.size(), 2U);
  EXPECT_EQ(open.lines[1].kind, KeyLineKind::key);
}

// `ssh-keygen -l` lists every line whose key can be read, whatever its options are worth.
TEST(AuthorizedKeys, ReadsTheLinesThatSshKeygenReads) {
  if (!testing::SshKeygen::there()) GTEST_SKIP();
  const testing::SshKeygen tool;
  const std::string b = kOther;
  const std::vector<std::string> lines = {kKey,
                                          "\t " + b,
                                          "no-pty " + kKey,
                                          "command=\"a b\" " + b,
                                          "command=\"a \\\" b\",no-pty " + kKey,
                                          "command=\"a " + kKey,
                                          "x y " + kKey,
                                          "\"a b\" " + kKey,
                                          kKey + "\r",
                                          "ssh-ed25519\t" + kData,
                                          "sh-ed25519 " + kData,
                                          "sh-ed25519 " + kKey,
                                          kKey.substr(0, 50),
                                          "# " + kKey,
                                          kData,
                                          "no-pty,, " + kKey};
  for (const std::string& text : lines) {
    tool.write("line", text + "\n");
    const AuthorizedLine line = judge_key_line(text, build_of(9, 2));
    const bool read = line.kind == KeyLineKind::key || (line.damage == LineDamage::bad_options);
    EXPECT_EQ(read, !tool.fingerprint("line").empty()) << text;
  }
}

TEST(KeyOptions, AreReadAsSshdDoes) {
  std::string error;
  const SshBuild build = build_of(9, 2);
  const auto all = parse_key_options(
      "restrict,pty,Command=\"echo \\\"hi\\\" there\",from=\"10.0.0.0/8,!10.1.1.1\",environment=\"A_1=b c\","
      "permitopen=\"host:22\",permitopen=\"[::1]:*\",permitlisten=\"2222\",tunnel=\"0\",no-touch-required,"
      "verify-required,expiry-time=\"20300101\",expiry-time=\"20290101Z\" ssh-rsa",
      build, error);
  ASSERT_TRUE(all) << error;
  EXPECT_TRUE(all->restricted);
  EXPECT_TRUE(all->pty);
  EXPECT_FALSE(all->port_forwarding);
  EXPECT_EQ(all->command, "echo \"hi\" there");
  EXPECT_EQ(all->from, "10.0.0.0/8,!10.1.1.1");
  EXPECT_EQ(all->environment, std::vector<std::string>{"A_1=b c"});
  EXPECT_EQ(all->permit_listen, std::vector<std::string>{"*:2222"});
  EXPECT_FALSE(all->touch_required);
  EXPECT_TRUE(all->verify_required);
  ASSERT_TRUE(all->expiry);
  EXPECT_EQ(all->expiry->seconds, 1861920000);
  EXPECT_TRUE(all->expiry->utc);
  EXPECT_TRUE(all->text.ends_with("\"20290101Z\""));
}

TEST(KeyOptions, OneBadOptionKillsTheLine) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"no-ptty", "unknown key option"},
      {"no-restrict", "unknown key option"},
      {"ptyx", "unknown key option"},
      {"command=true", "missing start quote"},
      {"command=\"true", "missing end quote"},
      {"command=\"a\",command=\"b\"", "multiple \"command\" clauses"},
      {"from=\"a\",from=\"b\"", "multiple \"from\" clauses"},
      {"environment=\"A b\"", "invalid environment string"},
      {"environment=\"A-B=b\"", "invalid environment string"},
      {"permitopen=\"host\"", "invalid permission port"},
      {"permitopen=\"host:99999\"", "invalid permission port"},
      {"permitopen=\"[::1\"", "invalid permission hostname"},
      {"tunnel=\"x\"", "invalid tun device"},
      {"expiry-time=\"2030\"", "invalid expires time"},
      {"expiry-time=\"20301301\"", "invalid expires time"},
      {"no-pty,", "unexpected end-of-options"},
      {"no-pty;no-user-rc", "unknown key option"},
  };
  for (const auto& [text, reason] : cases) {
    std::string error;
    EXPECT_FALSE(parse_key_options(text, build_of(9, 2), error)) << text;
    EXPECT_EQ(error, reason) << text;
  }
}

TEST(KeyOptions, AreKnownSinceTheirRelease) {
  std::string error;
  EXPECT_FALSE(parse_key_options("expiry-time=\"20300101\"", build_of(7, 4), error));
  EXPECT_FALSE(parse_key_options("permitlisten=\"22\"", build_of(7, 7), error));
  EXPECT_FALSE(parse_key_options("verify-required", build_of(8, 2), error));
  EXPECT_FALSE(parse_key_options("no-touch-required", build_of(8, 0), error));
  EXPECT_FALSE(parse_key_options("expiry-time=\"20300101Z\"", build_of(8, 7), error));
  EXPECT_TRUE(parse_key_options("restrict,no-pty", build_of(7, 4), error));
}

TEST(KeyOptions, ALocalTimeIsUnknownAroundItsMoment) {
  std::string error;
  const auto local = parse_key_options("expiry-time=\"20260601120000\"", build_of(9, 2), error);
  const auto utc = parse_key_options("expiry-time=\"20260601120000Z\"", build_of(9, 2), error);
  ASSERT_TRUE(local && utc);
  const std::int64_t moment = utc->expiry->seconds;
  EXPECT_EQ(moment, 1780315200);
  EXPECT_EQ(is_expired(*utc->expiry, moment), Expired::no);
  EXPECT_EQ(is_expired(*utc->expiry, moment + 1), Expired::yes);
  EXPECT_EQ(is_expired(*local->expiry, moment), Expired::unknown);
  EXPECT_EQ(is_expired(*local->expiry, moment + 15 * 3600), Expired::yes);
  EXPECT_EQ(is_expired(*local->expiry, moment - 15 * 3600), Expired::no);
  const Known<std::int64_t> tokyo = std::int64_t{9 * 3600};
  EXPECT_EQ(is_expired(*local->expiry, moment - 6 * 3600, tokyo), Expired::yes);
  EXPECT_EQ(is_expired(*local->expiry, moment - 12 * 3600, tokyo), Expired::no);
  EXPECT_EQ(is_expired(*local->expiry, moment - 9 * 3600, tokyo), Expired::unknown);
}

TEST(AuthorizedKeys, LongLinesDependOnTheRelease) {
  const std::string text = kKey + " " + std::string(17000, 'c');
  EXPECT_EQ(judge_key_line(text, build_of(7, 4)).damage, LineDamage::too_long);
  EXPECT_EQ(judge_key_line(text, build_of(7, 8)).kind, KeyLineKind::key);
}

TEST(AuthorizedKeys, DamageNamesComeBack) {
  for (int i = 0; i <= static_cast<int>(LineDamage::not_a_key); ++i) {
    const auto damage = static_cast<LineDamage>(i);
    EXPECT_EQ(damage_named(name_of(damage)), damage);
    EXPECT_EQ(words_for(damage).empty(), damage == LineDamage::none);
  }
}

TEST(AuthorizedKeys, HostileBytesEndInBoundedTime) {
  std::string wrapped;
  for (int i = 0; i < 20000; ++i) wrapped += kKey.substr(0, 50) + "\n";
  EXPECT_FALSE(parse(wrapped).has_key());
  std::string starts;
  for (int i = 0; i < 20000; ++i) starts += "AAAA ";
  EXPECT_EQ(only(starts).kind, KeyLineKind::damaged);
  std::string blocks;
  for (int i = 0; i < 5000; ++i) blocks += "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n#\n";
  EXPECT_FALSE(parse(blocks).has_key());
  EXPECT_FALSE(parse(std::string(100000, '"')).has_key());
}

}  // namespace
}  // namespace reentry
