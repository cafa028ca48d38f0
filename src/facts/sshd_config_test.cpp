#include "facts/sshd_config.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>
#include <map>

namespace reentry {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Files final : ConfigInput {
  std::map<std::string, std::string> bytes;
  std::map<std::string, std::vector<HostPath>> globs;

  Known<std::string> read(const HostPath& path) override {
    const auto found = bytes.find(path.str());
    if (found == bytes.end()) return Missing{Why::absent, path.str(), ""};
    return found->second;
  }
  Known<std::vector<HostPath>> glob(const HostPath& pattern) override {
    const auto found = globs.find(pattern.str());
    if (found != globs.end()) return found->second;
    if (bytes.contains(pattern.str())) return std::vector<HostPath>{pattern};
    return std::vector<HostPath>{};
  }
};

SshBuild build_of(int major, int minor) {
  SshBuild build;
  build.version = {major, minor, 1};
  build.version_known = true;
  build.vendor = Vendor::debian;
  return build;
}

const SshBuild k84 = build_of(8, 4);
const SshBuild k92 = build_of(9, 2);
const SshBuild k100 = build_of(10, 0);

SshdConfig parse(const std::string& text, const SshBuild& build = k92, const SshdArguments& arguments = {}) {
  Files files;
  files.bytes["/etc/ssh/sshd_config"] = text;
  return parse_sshd_config(files, arguments, build);
}

EffectiveConfig startup(const std::string& text, const SshBuild& build = k92) {
  return effective_config(parse(text, build), build, MatchContext{});
}

MatchContext connection(const std::string& user) {
  MatchContext out;
  out.connection = true;
  out.user = user;
  out.groups = std::vector<std::string>{user};
  out.address = "10.0.0.5";
  out.local_address = "10.0.0.1";
  out.local_port = 22;
  return out;
}

EffectiveConfig for_user(const std::string& text, const std::string& user, const SshBuild& build = k92) {
  return effective_config(parse(text, build), build, connection(user));
}

std::string stopper(const std::string& text, const SshBuild& build = k92) {
  const SshdConfig config = parse(text, build);
  const ConfigProblem* problem = config.first_stopper();
  return problem == nullptr ? "" : std::to_string(problem->at.line) + ": " + problem->message;
}

TEST(SshdConfigValue, FirstOneWins) {
  const EffectiveConfig config = startup("PasswordAuthentication no\nPasswordAuthentication yes\n");
  EXPECT_FALSE(config.yes("passwordauthentication"));
  EXPECT_EQ(config["passwordauthentication"].at.line, 1U);
  ASSERT_EQ(config["passwordauthentication"].lost.size(), 1U);
  EXPECT_EQ(config["passwordauthentication"].lost[0].line, 2U);
}

TEST(SshdConfigValue, ListsOfUsersAccumulate) {
  const EffectiveConfig config = startup("AllowUsers a b\nAllowUsers c\n");
  EXPECT_THAT(config["allowusers"].values, ElementsAre("a", "b", "c"));
  EXPECT_EQ(config["allowusers"].all[2].line, 2U);
}

TEST(SshdConfigValue, FirstLineOfAuthorizedKeysFileTakesAll) {
  const EffectiveConfig config = startup("AuthorizedKeysFile a b\nAuthorizedKeysFile c\n");
  EXPECT_THAT(config["authorizedkeysfile"].values, ElementsAre("a", "b"));
}

TEST(SshdConfigValue, LastMaxStartupsWinsUntilTenOne) {
  EXPECT_THAT(startup("MaxStartups 1\nMaxStartups 2\n")["maxstartups"].values, ElementsAre("2", "30", "2"));
  EXPECT_THAT(startup("MaxStartups 1\nMaxStartups 2\n", build_of(10, 1))["maxstartups"].values,
              ElementsAre("1", "30", "1"));
}

TEST(SshdConfigValue, DefaultHasNoOrigin) {
  const EffectiveConfig config = startup("");
  EXPECT_TRUE(config["permitrootlogin"].at.is_default());
  EXPECT_EQ(config["permitrootlogin"].first(), "prohibit-password");
  EXPECT_THAT(config["port"].values, ElementsAre("22"));
  EXPECT_EQ(config.number("maxauthtries"), 6);
}

TEST(SshdConfigValue, EnumerationsHaveOneForm) {
  EXPECT_EQ(startup("PermitRootLogin WITHOUT-password\n")["permitrootlogin"].first(), "prohibit-password");
  EXPECT_EQ(startup("AllowTcpForwarding all\n")["allowtcpforwarding"].first(), "yes");
}

TEST(SshdConfigValue, UnknownKeywordIsEmpty) {
  EXPECT_THAT(startup("")["nosuchthing"].values, IsEmpty());
}

TEST(SshdConfigValue, ListenAddressWithoutPortTakesEveryPort) {
  const EffectiveConfig config =
      startup("ListenAddress 10.0.0.1\nPort 22\nPort 2222\nListenAddress [::1]:99\n");
  EXPECT_THAT(config["listenaddress"].values, ElementsAre("10.0.0.1:22", "10.0.0.1:2222", "[::1]:99"));
}

TEST(SshdConfigValue, ChallengeResponseIsAnAliasSince87) {
  EXPECT_FALSE(startup("ChallengeResponseAuthentication no\n").yes("kbdinteractiveauthentication"));
  EXPECT_TRUE(startup("KbdInteractiveAuthentication no\n", k84).yes("kbdinteractiveauthentication"));
}

TEST(SshdConfigValue, AlgorithmsAreRelativeToTheDefault) {
  const std::vector<std::string> all = startup("")["pubkeyacceptedalgorithms"].values;
  std::vector<std::string> more =
      startup("PubkeyAcceptedAlgorithms +ssh-rsa\n")["pubkeyacceptedalgorithms"].values;
  ASSERT_EQ(more.size(), all.size() + 1);
  EXPECT_EQ(more.back(), "ssh-rsa");
}

TEST(SshdConfigProblem, UnknownKeywordIsCounted) {
  const SshdConfig config = parse("PermitRootLogn no\nBogus x\nPort 22\n");
  ASSERT_EQ(config.problems.size(), 2U);
  EXPECT_EQ(config.problems[0].severity, ConfigSeverity::error);
  EXPECT_EQ(config.problems[0].message, "Bad configuration option: PermitRootLogn");
  EXPECT_EQ(config.first_stopper()->at.line, 2U);
}

TEST(SshdConfigProblem, FatalOneEndsTheReadingButWeReadOn) {
  const SshdConfig config = parse("PermitRootLogin maybe\nMaxAuthTries x\n");
  ASSERT_EQ(config.problems.size(), 2U);
  EXPECT_EQ(config.first_stopper()->message, "unsupported option \"maybe\".");
  EXPECT_EQ(config.problems[1].message, "MaxAuthTries integer value invalid.");
}

TEST(SshdConfigProblem, DeprecatedWordsAreNoObstacle) {
  const SshdConfig config = parse("UsePrivilegeSeparation yes\nServerKeyBits 1024\n");
  EXPECT_TRUE(config.acceptable());
  ASSERT_EQ(config.problems.size(), 2U);
  EXPECT_EQ(config.problems[0].severity, ConfigSeverity::warning);
}

TEST(SshdConfigProblem, ByteOrderMarkSpoilsTheFirstKeyword) {
  EXPECT_EQ(stopper("\xef\xbb\xbfPort 22\n"), "1: Bad configuration option: \\357\\273\\277Port");
}

TEST(SshdConfigProblem, CarriageReturnsAreHarmless) {
  EXPECT_EQ(stopper("Port 22\r\nPermitRootLogin no\r\n"), "");
}

TEST(SshdConfigProblem, TwoEqualSigns) {
  EXPECT_EQ(stopper("Port = 22\n"), "");
  EXPECT_EQ(stopper("Port == 22\n"), "1: Badly formatted port number.");
}

TEST(SshdConfigProblem, CommentInsideAWordIsPartOfIt) {
  EXPECT_EQ(stopper("Port 22#x\n"), "1: Badly formatted port number.");
  EXPECT_EQ(stopper("Port 22 # x\n"), "");
  EXPECT_EQ(stopper("Port 22#x\n", k84), "");
}

TEST(SshdConfigProblem, UnbalancedQuotes) {
  EXPECT_EQ(stopper("Banner \"/etc/issue\n"), "1: invalid quotes");
  EXPECT_EQ(stopper("Banner \"/etc/issue\n", k84), "1: missing file name.");
}

TEST(SshdConfigProblem, WordsOfLaterVersionsAreUnknown) {
  EXPECT_EQ(stopper("PubkeyAcceptedAlgorithms +ssh-rsa\n", k84),
            "1: Bad configuration option: PubkeyAcceptedAlgorithms");
  EXPECT_EQ(stopper("PubkeyAcceptedKeyTypes +ssh-rsa\n", k92), "");
}

TEST(SshdConfigProblem, UnknownAlgorithm) {
  EXPECT_EQ(stopper("Ciphers aes128-ctr,blowfish-cbc\n"),
            "1: Bad SSH2 cipher spec 'aes128-ctr,blowfish-cbc'.");
  EXPECT_EQ(stopper("HostKeyAlgorithms ssh-dss\n", k100), "1: Bad key types 'ssh-dss'.");
}

TEST(SshdConfigProblem, MissingMainFile) {
  Files files;
  const SshdConfig config = parse_sshd_config(files, {}, k92);
  ASSERT_NE(config.first_stopper(), nullptr);
  EXPECT_EQ(config.first_stopper()->exit_status, 1);
}

TEST(SshdConfigMatch, BlockBeatsAnEarlierGlobalLine) {
  const std::string text = "PasswordAuthentication no\nMatch User bob\n  PasswordAuthentication yes\n";
  EXPECT_TRUE(for_user(text, "bob").yes("passwordauthentication"));
  EXPECT_FALSE(for_user(text, "alice").yes("passwordauthentication"));
}

TEST(SshdConfigMatch, AllIsTrueAtStartupAndReplaces) {
  const std::string text = "PasswordAuthentication no\nMatch all\nPasswordAuthentication yes\nPort 2222\n";
  EXPECT_TRUE(for_user(text, "x").yes("passwordauthentication"));
  EXPECT_FALSE(startup(text).yes("passwordauthentication"));
  EXPECT_THAT(startup(text)["port"].values, ElementsAre("2222"));
}

TEST(SshdConfigMatch, ListsInABlockReplaceTheGlobalOnes) {
  const std::string text = "AllowUsers alice\nMatch User bob\nAllowUsers bob\n";
  EXPECT_THAT(for_user(text, "bob")["allowusers"].values, ElementsAre("bob"));
}

TEST(SshdConfigMatch, FirstMatchingBlockWins) {
  const std::string text = "Match User b*\nMaxAuthTries 1\nMatch User bob\nMaxAuthTries 2\n";
  EXPECT_EQ(for_user(text, "bob").number("maxauthtries"), 1);
}

TEST(SshdConfigMatch, OnlyNegatedPatternsNeverMatch) {
  const std::string text = "Match User !root\nPermitTTY no\n";
  EXPECT_TRUE(for_user(text, "alice").yes("permittty"));
}

TEST(SshdConfigMatch, GlobalWordInsideIsFatal) {
  EXPECT_EQ(stopper("Match User bob\nPort 22\n"), "2: Directive 'Port' is not allowed within a Match block");
}

TEST(SshdConfigMatch, BadCriteria) {
  EXPECT_EQ(stopper("Match exec /bin/true\n"), "1: Bad Match condition");
  EXPECT_EQ(parse("Match exec /bin/true\n").problems[0].preface, "Unsupported Match attribute exec");
  EXPECT_EQ(stopper("Match Address 10.0.0.5/8\n"),
            "1: Invalid Match address argument '10.0.0.5/8' at line 1");
}

TEST(SshdConfigMatch, WhatIsNotKnownStaysOpen) {
  MatchContext context = connection("bob");
  context.address = std::nullopt;
  const SshdConfig config = parse("Match Address 10.0.0.0/8\nPasswordAuthentication no\n");
  const EffectiveConfig effective = effective_config(config, k92, context);
  EXPECT_TRUE(effective["passwordauthentication"].uncertain);
  EXPECT_TRUE(effective.yes("passwordauthentication"));
  ASSERT_EQ(effective.undecided.size(), 1U);
  EXPECT_EQ(effective.undecided[0].line, 1U);
}

TEST(SshdConfigMatch, SameValueInAnOpenBlockIsCertain) {
  MatchContext context = connection("bob");
  context.address = std::nullopt;
  const SshdConfig config = parse("Match Address 10.0.0.0/8\nPasswordAuthentication yes\n");
  EXPECT_FALSE(effective_config(config, k92, context)["passwordauthentication"].uncertain);
}

TEST(SshdConfigMatch, HostIsTheAddressUnlessUseDns) {
  MatchContext context = connection("bob");
  context.host_name = "a.example.com";
  const std::string block = "Match Host *.example.com\nPermitTTY no\n";
  EXPECT_TRUE(effective_config(parse(block), k92, context).yes("permittty"));
  EXPECT_FALSE(effective_config(parse("UseDNS yes\n" + block), k92, context).yes("permittty"));
}

TEST(SshdConfigMatch, SecondAnyEndsTheConnectionUntil96) {
  const std::string text =
      "Match User bob\nAuthenticationMethods any\nMatch all\nAuthenticationMethods any\n";
  EXPECT_TRUE(for_user(text, "bob").fatal.has_value());
  EXPECT_FALSE(for_user(text, "eve").fatal.has_value());
  EXPECT_FALSE(for_user(text, "bob", k100).fatal.has_value());
}

TEST(SshdConfigMatch, SubsystemInABlockCrashesTenZeroWithoutAGlobalOne) {
  const std::string block = "Match User bob\nSubsystem sftp internal-sftp\n";
  EXPECT_EQ(for_user(block, "bob", k100).fatal.value().exit_status, 139);
  EXPECT_FALSE(for_user("Subsystem sftp /x\n" + block, "bob", k100).fatal.has_value());
}

TEST(SshdConfigInclude, DropInsBeatWhatFollows) {
  Files files;
  files.bytes["/etc/ssh/sshd_config"] = "Include sshd_config.d/*.conf\nPasswordAuthentication yes\n";
  files.bytes["/etc/ssh/sshd_config.d/50-cloud-init.conf"] = "PasswordAuthentication no\n";
  files.globs["/etc/ssh/sshd_config.d/*.conf"] = {HostPath("/etc/ssh/sshd_config.d/50-cloud-init.conf")};
  const SshdConfig config = parse_sshd_config(files, {}, k92);
  const EffectiveConfig effective = effective_config(config, k92, MatchContext{});
  EXPECT_FALSE(effective.yes("passwordauthentication"));
  EXPECT_EQ(effective["passwordauthentication"].at.file, "/etc/ssh/sshd_config.d/50-cloud-init.conf");
}

TEST(SshdConfigInclude, BlockEndsWithItsFileButCoversAnInclude) {
  Files files;
  files.bytes["/etc/ssh/sshd_config"] = "Include /a\nMaxAuthTries 3\nMatch User bob\nInclude /b\n";
  files.bytes["/a"] = "Match User bob\nPermitTTY no\n";
  files.bytes["/b"] = "X11Forwarding yes\n";
  const SshdConfig config = parse_sshd_config(files, {}, k92);
  EXPECT_EQ(effective_config(config, k92, MatchContext{}).number("maxauthtries"), 3);
  EXPECT_FALSE(effective_config(config, k92, connection("bob")).yes("permittty"));
  EXPECT_TRUE(effective_config(config, k92, connection("bob")).yes("x11forwarding"));
  EXPECT_FALSE(effective_config(config, k92, connection("eve")).yes("x11forwarding"));
}

TEST(SshdConfigInclude, CountedErrorsOfADropInStopAtItsEnd) {
  Files files;
  files.bytes["/etc/ssh/sshd_config"] = "Include /a\nMaxAuthTries x\n";
  files.bytes["/a"] = "Bogus 1\nPort 22\n";
  const SshdConfig config = parse_sshd_config(files, {}, k92);
  EXPECT_EQ(config.first_stopper()->at.file, "/a");
  EXPECT_EQ(config.problems.size(), 2U);
}

TEST(SshdConfigInclude, CirclesEnd) {
  Files files;
  files.bytes["/etc/ssh/sshd_config"] = "Include /etc/ssh/sshd_config\nInclude /etc/ssh/sshd_config\n";
  const SshdConfig config = parse_sshd_config(files, {}, k92);
  EXPECT_EQ(config.first_stopper()->message, "Too many recursive configuration includes");
}

TEST(SshdArguments, OptionsComeFirst) {
  SshdArguments arguments;
  arguments.options.emplace_back("PasswordAuthentication=no", "/etc/default/ssh:1");
  arguments.ports = {"2222"};
  const SshdConfig config = parse("PasswordAuthentication yes\nPort 22\n", k92, arguments);
  const EffectiveConfig effective = effective_config(config, k92, MatchContext{});
  EXPECT_FALSE(effective.yes("passwordauthentication"));
  EXPECT_EQ(effective["passwordauthentication"].at.file, "command-line");
  EXPECT_THAT(effective["port"].values, ElementsAre("2222"));
}

TEST(SshdContradictions, CommandWithoutUser) {
  const SshdConfig config = parse("AuthorizedKeysCommand /bin/x\n");
  const auto found = contradictions(config, effective_config(config, k92, MatchContext{}), k92);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].message, "AuthorizedKeysCommand set without AuthorizedKeysCommandUser");
}

TEST(SshdContradictions, MethodsThatAreOff) {
  const SshdConfig config = parse("PasswordAuthentication no\nAuthenticationMethods publickey,password\n");
  const auto found = contradictions(config, effective_config(config, k92, MatchContext{}), k92);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].preface,
            "Disabled method \"password\" in AuthenticationMethods list \"publickey,password\"");
}

TEST(ConfigEvaluator, AgreesWithEffectiveConfig) {
  const SshdConfig config = parse("Match User a*\nMaxAuthTries 1\nMatch User ab\nPermitTTY no\n");
  ConfigEvaluator evaluator(config, k92);
  for (const char* user : {"x", "a", "ab", "x", "ab"}) {
    const EffectiveConfig direct = effective_config(config, k92, connection(user));
    const EffectiveConfig& shared = evaluator.at(connection(user));
    for (const std::string& keyword : direct.keywords()) {
      EXPECT_EQ(direct[keyword].values, shared[keyword].values) << keyword;
    }
  }
}

// Processor time of reading that many lines.
std::clock_t ticks_for(std::size_t lines) {
  std::string text;
  for (std::size_t i = 0; i < lines; ++i) text += "AllowUsers user" + std::to_string(i) + "\n";
  const std::clock_t begin = std::clock();
  const EffectiveConfig config = startup(text);
  EXPECT_EQ(config["allowusers"].values.size(), lines);
  return std::clock() - begin;
}

// Ten times the lines take about ten times as long; a hundred times would be the square.
TEST(SshdConfigSpeed, LongFilesAreLinear) {
  const std::clock_t few = ticks_for(10'000);
  EXPECT_LT(ticks_for(100'000), 40 * few);
}

}  // namespace
}  // namespace reentry
