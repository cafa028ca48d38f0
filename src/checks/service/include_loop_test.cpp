#include "checks/service/include_loop.hpp"

#include <gtest/gtest.h>

#include <map>

#include "support/one_finding.hpp"

namespace reentry {
namespace {

class Files final : public ConfigInput {
 public:
  explicit Files(std::map<std::string, std::string> files) : files_(std::move(files)) {}
  Known<std::string> read(const HostPath& path) override {
    const auto found = files_.find(path.str());
    if (found == files_.end()) return Missing{Why::absent, path.str(), {}};
    return found->second;
  }
  Known<std::vector<HostPath>> glob(const HostPath& pattern) override {
    const std::string& text = pattern.str();
    std::vector<HostPath> out;
    const std::size_t star = text.find('*');
    for (const auto& [name, bytes] : files_) {
      const bool fits = star == std::string::npos ? name == text : name.starts_with(text.substr(0, star));
      if (fits) out.emplace_back(name);
    }
    return out;
  }

 private:
  std::map<std::string, std::string> files_;
};

constexpr const char* kMain = "/etc/ssh/sshd_config";
constexpr const char* kSite = "/etc/ssh/sshd_config.d/10-site.conf";

Facts host_with(std::map<std::string, std::string> files) {
  Facts facts = testing::small_host();
  facts.ssh.version = {9, 2, 1};
  Files input(std::move(files));
  facts.config = parse_sshd_config(input, {}, facts.ssh);
  return facts;
}

TEST(IncludeLoop, ADropInThatIncludesItsFolderLosesNothing) {
  const Facts facts = host_with({{kMain, "Include /etc/ssh/sshd_config.d/*\n"},
                                 {kSite, "Port 22\nInclude /etc/ssh/sshd_config.d/*\n"},
                                 {"/etc/ssh/sshd_config.d/20.conf", "UsePAM yes\n"}});
  const auto loop = include_loop(facts.config, facts.ssh.config_directory);
  ASSERT_TRUE(loop);
  EXPECT_EQ(loop->at, (ConfigOrigin{kSite, 2}));
  EXPECT_TRUE(loop->nothing_lost);
  const Finding found =
      testing::finding_of(facts, {Cause::service_config_syntax,
                                  {"file", kSite, 0, {}},
                                  {},
                                  {{"message", "Too many recursive configuration includes"}}});
  EXPECT_EQ(found.remedies.at(0).risk, Risk::safe);
  EXPECT_EQ(testing::after(found.remedies[0].steps),
            "Port 22\n# reentry (transaction pending): this Include leads back to a file that is being "
            "read\n#Include "
            "/etc/ssh/sshd_config.d/*\n");
}

TEST(IncludeLoop, WhatOnlyTheLoopIncludesIsLostWithIt) {
  const Facts facts = host_with({{kMain, "Include /etc/ssh/sshd_config.d/*\n"},
                                 {kSite, "Include /etc/ssh/other* /etc/ssh/sshd_config\n"},
                                 {"/etc/ssh/other.conf", "UsePAM yes\n"}});
  const auto loop = include_loop(facts.config, facts.ssh.config_directory);
  ASSERT_TRUE(loop);
  EXPECT_EQ(loop->at, (ConfigOrigin{kSite, 1}));
  EXPECT_FALSE(loop->nothing_lost);
}

TEST(IncludeLoop, FilesThatMerelyNestGiveNone) {
  const Facts facts = host_with(
      {{kMain, "Include /etc/ssh/a\n"}, {"/etc/ssh/a", "Include /etc/ssh/b\n"}, {"/etc/ssh/b", "Port 22\n"}});
  EXPECT_FALSE(include_loop(facts.config, facts.ssh.config_directory));
}

}  // namespace
}  // namespace reentry
