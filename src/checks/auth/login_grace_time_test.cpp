#include <gtest/gtest.h>

#include <map>
#include <string>

#include "checks/every_check.hpp"
#include "facts/sshd_config.hpp"

namespace reentry {
namespace {

class OneFile final : public ConfigInput {
 public:
  explicit OneFile(std::string bytes) : bytes_(std::move(bytes)) {}
  Known<std::string> read(const HostPath&) override { return bytes_; }
  Known<std::vector<HostPath>> glob(const HostPath&) override { return std::vector<HostPath>{}; }

 private:
  std::string bytes_;
};

std::vector<Finding> findings_of(const std::string& config) {
  Facts facts;
  facts.ssh.version_known = true;
  OneFile input(config);
  facts.config = parse_sshd_config(input, facts.arguments, facts.ssh);
  const std::vector<LoginTrace> traces;
  const CheckInput check_input(facts, traces);
  Verdict verdict = kAuthLoginGraceTime.evaluate(check_input);
  auto* found = std::get_if<std::vector<Finding>>(&verdict);
  return found == nullptr ? std::vector<Finding>{} : std::move(*found);
}

TEST(LoginGraceTime, AFewSecondsAreWorthANotice) {
  const std::vector<Finding> found = findings_of("Port 22\nLoginGraceTime 2\n");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].severity, Severity::notice);
  EXPECT_EQ(found[0].locus.line, 2U);
  ASSERT_FALSE(found[0].remedies.empty());
}

TEST(LoginGraceTime, TheDefaultNoLimitAndHalfAMinuteAreFine) {
  for (const char* config :
       {"Port 22\n", "LoginGraceTime 0\n", "LoginGraceTime 30\n", "LoginGraceTime 1m\n"}) {
    EXPECT_TRUE(findings_of(config).empty()) << config;
  }
}

}  // namespace
}  // namespace reentry
