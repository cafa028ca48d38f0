#include "facts/ssh_config.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "facts/pattern.hpp"
#include "facts/ssh_keywords.hpp"

namespace reentry {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

struct Files final : ConfigInput {
  std::map<std::string, std::string> bytes;
  Known<std::string> read(const HostPath& path) override {
    const auto found = bytes.find(path.str());
    if (found == bytes.end()) return Missing{Why::absent, path.str(), ""};
    return found->second;
  }
  Known<std::vector<HostPath>> glob(const HostPath& pattern) override {
    std::vector<HostPath> out;
    for (const auto& [name, text] : bytes) {
      if (match_pattern(name, pattern.str())) out.emplace_back(name);
    }
    return out;
  }
};

SshBuild ssh_9_2() {
  SshBuild build;
  build.version_known = true;
  return build;
}

SshConfig parse(const std::string& user, const std::string& system = "",
                const std::map<std::string, std::string>& more = {}) {
  Files files;
  files.bytes = more;
  files.bytes["/home/a/.ssh/config"] = user;
  files.bytes["/etc/ssh/ssh_config"] = system;
  SshArguments arguments;
  arguments.home = HostPath("/home/a");
  return parse_ssh_config(files, arguments, ssh_9_2());
}

EffectiveSshConfig asked(const SshConfig& config, const std::string& host) {
  SshTarget target;
  target.host = host;
  target.local_user = "a";
  return effective_ssh_config(config, target);
}

// `line` of the file that sets the keyword, 0 for none.
std::size_t setter(const EffectiveSshConfig& effective, const std::string& keyword) {
  const SshSetting* setting = effective.find(keyword);
  return setting == nullptr || setting->at.empty() ? 0 : setting->at.front().line;
}

TEST(SshConfig, FirstValueWinsAndTheUsersFileComesFirst) {
  const SshConfig config = parse("Host web\n  User u1\nHost *\n  User u2\n", "User u3\nPort 2222\n");
  const EffectiveSshConfig effective = asked(config, "web");
  const SshSetting* user = effective.find("user");
  ASSERT_NE(user, nullptr);
  EXPECT_THAT(user->values, ElementsAre("u1"));
  EXPECT_EQ(user->at.front(), (ConfigOrigin{"/home/a/.ssh/config", 2}));
  EXPECT_THAT(user->lost,
              ElementsAre(ConfigOrigin{"/home/a/.ssh/config", 4}, ConfigOrigin{"/etc/ssh/ssh_config", 1}));
  EXPECT_EQ(effective.find("port")->at.front().file, "/etc/ssh/ssh_config");
  EXPECT_EQ(setter(asked(config, "other"), "user"), 4U);
}

TEST(SshConfig, IncludesStandWhereTheyAreWritten) {
  const SshConfig config = parse("Host web\n  Include conf.d/* ~/more\nUser late\n", "Include conf.d/*\n",
                                 {{"/home/a/.ssh/conf.d/1", "Port 1\nHost other\nUser x\n"},
                                  {"/home/a/more", "Compression yes\n"},
                                  {"/etc/ssh/conf.d/1", "ForwardAgent yes\n"}});
  const EffectiveSshConfig effective = asked(config, "web");
  EXPECT_EQ(effective.find("port")->at.front(), (ConfigOrigin{"/home/a/.ssh/conf.d/1", 1}));
  EXPECT_EQ(effective.find("user")->values.front(), "late");
  EXPECT_NE(effective.find("compression"), nullptr);
  EXPECT_NE(effective.find("forwardagent"), nullptr);
  // Nothing of a file that stands in a block which does not hold counts, not even its own Host lines.
  const EffectiveSshConfig other = asked(config, "other");
  EXPECT_EQ(other.find("user"), nullptr);
}

TEST(SshConfig, WhatOnlySshCanJudgeIsUndecided) {
  const SshConfig config = parse("Match exec \"test x\"\n  User maybe\nHost *\n  User sure\n");
  const EffectiveSshConfig effective = asked(config, "web");
  EXPECT_THAT(effective.undecided, SizeIs(1));
  EXPECT_THAT(effective.find("user")->maybe, ElementsAre(ConfigOrigin{"/home/a/.ssh/config", 2}));
  EXPECT_EQ(setter(effective, "user"), 4U);
  // What a criterion with `user` sees is then not known either.
  const SshConfig after = parse("Match exec x\n  User maybe\nMatch user a\n  Port 3\n");
  EXPECT_THAT(asked(after, "web").undecided, SizeIs(2));
}

TEST(SshConfig, CanonicalNamesAreAskedOfSsh) {
  const SshConfig config = parse("CanonicalizeHostname yes\nHost web.example.com\n  User canonical\n");
  SshTarget target;
  target.host = "web";
  EXPECT_THAT(effective_ssh_config(config, target).undecided, SizeIs(1));
  target.canonical_host = "web.example.com";
  const EffectiveSshConfig effective = effective_ssh_config(config, target);
  EXPECT_TRUE(effective.final_pass);
  EXPECT_EQ(setter(effective, "user"), 3U);
}

TEST(SshConfig, TheCommandLineComesFirst) {
  Files files;
  files.bytes["/c"] = "Port 1\nUser u\n";
  SshArguments arguments;
  arguments.config_file = HostPath("/c");
  arguments.options = {"Port=7"};
  const SshConfig config = parse_ssh_config(files, arguments, ssh_9_2());
  SshTarget target;
  target.host = "web";
  target.user = "root";
  const EffectiveSshConfig effective = effective_ssh_config(config, target);
  EXPECT_EQ(effective.find("port")->at.front().file, "command-line");
  EXPECT_THAT(effective.find("user")->values, ElementsAre("root"));
  EXPECT_THAT(effective.find("user")->lost, SizeIs(1));
}

TEST(SshConfig, EveryRefusedLineIsTold) {
  const SshConfig config =
      parse("Uzer x\nPort\nHost \"a\nUser a b\nMatch foo x\nHashKnownHosts maybe\nUser y\n");
  std::vector<std::size_t> lines;
  for (const ConfigProblem& problem : config.problems) lines.push_back(problem.at.line);
  EXPECT_THAT(lines, ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_EQ(config.problems[0].message, "Bad configuration option: uzer");
  EXPECT_EQ(config.problems[4].preface, "Unsupported Match attribute foo");
  const SshConfig excused = parse("IgnoreUnknown uz*\nUzer x\n");
  EXPECT_THAT(asked(excused, "web").problems, IsEmpty());
}

TEST(SshConfig, KeywordsThatWereMeant) {
  EXPECT_EQ(near_ssh_keyword("Uzer", ssh_9_2()), "user");
  EXPECT_EQ(near_ssh_keyword("HostNmae", ssh_9_2()), "hostname");
  EXPECT_EQ(near_ssh_keyword("User:", ssh_9_2()), "user");
  EXPECT_EQ(near_ssh_keyword("IdentiyFile", ssh_9_2()), "identityfile");
  EXPECT_EQ(near_ssh_keyword("PermitRootLogin", ssh_9_2()), "");
}

TEST(SshConfig, HostLinesThatNearlyHold) {
  const SshConfig config = parse(
      "Host MyServer\nHost my-server\nHost web\nHost bob@db\nHost db:22\nHost a,db\nHost db.example.com\n"
      "Host d* !db\nHost 10\nHost db\n");
  const auto found = [&config](const std::string& host) {
    std::vector<std::pair<std::size_t, NearHostKind>> out;
    for (const NearHost& near : near_hosts(config, host)) out.emplace_back(near.at.line, near.kind);
    return out;
  };
  using K = NearHostKind;
  const std::vector<std::pair<std::size_t, K>> server = {{1, K::letter_case}, {2, K::typo}};
  EXPECT_EQ(found("myserver"), server);
  const std::vector<std::pair<std::size_t, K>> name = {
      {4, K::with_user}, {5, K::with_port}, {6, K::comma}, {7, K::full_name}, {8, K::negated}};
  EXPECT_EQ(found("db"), name);
  const std::vector<std::pair<std::size_t, K>> full = {{3, K::short_name}};
  EXPECT_EQ(found("web.example.org"), full);
  EXPECT_THAT(found("10.0.0.1"), IsEmpty());
}

TEST(SshConfig, CirclesEnd) {
  const SshConfig config = parse("Include ~/.ssh/config\nUser x\n");
  ASSERT_THAT(config.problems, SizeIs(1));
  EXPECT_EQ(config.problems[0].message, "Too many recursive configuration includes");
}

}  // namespace
}  // namespace reentry
