#include "checks/service/config_mending.hpp"

#include <gtest/gtest.h>

#include "checks/catalogue.hpp"
#include "support/one_obstacle.hpp"

namespace reentry {
namespace {

Facts openssh(int major, int minor) {
  Facts facts = testing::small_host();
  facts.ssh.version = {major, minor, 1};
  return facts;
}

// What the first way to mend the line makes of it; `#` when it becomes a comment.
std::string mended(const std::string& line, Risk risk = Risk::safe) {
  const std::vector<LineMend> mends = mends_of(openssh(9, 2), line);
  EXPECT_EQ(mends.front().risk, risk) << line;
  std::string text;
  for (const std::string& one : mends.front().lines) text += (text.empty() ? "" : "\n") + one;
  return text.empty() ? "#" : text;
}

TEST(ConfigMending, PartsLinesThatRanIntoEachOther) {
  EXPECT_EQ(mended("PasswordAuthentication no#PermitRootLogin no"),
            "PasswordAuthentication no\n#PermitRootLogin no");
  EXPECT_EQ(mended("PasswordAuthentication noPermitRootLogin no"),
            "PasswordAuthentication no\nPermitRootLogin no");
  EXPECT_EQ(mended("Port 22#old"), "Port 22\n#old");
}

TEST(ConfigMending, TakesStrayMarksAway) {
  EXPECT_EQ(mended("PermitRootLogin: no"), "PermitRootLogin no");
  EXPECT_EQ(mended("PermitRootLogin no;"), "PermitRootLogin no");
  EXPECT_EQ(mended("PermitRootLogin\xE3\x80\x80no"), "PermitRootLogin no");
  EXPECT_EQ(mended("\xEF\xBB\xBFPort 22"), "Port 22");
  EXPECT_EQ(mended("Banner \"/etc/issue.net"), "Banner \"/etc/issue.net\"");
}

TEST(ConfigMending, CorrectsWhatRestrictsAndDropsWhatOpens) {
  EXPECT_EQ(mended("PermitRootLogn no"), "PermitRootLogin no");
  EXPECT_EQ(mended("PasswordAuthentcation no"), "PasswordAuthentication no");
  EXPECT_EQ(mended("AllowUser alice"), "AllowUsers alice");
  EXPECT_EQ(mended("PermitRootLogn yes"), "#");
  const std::vector<LineMend> both = mends_of(openssh(9, 2), "PermitRootLogn yes");
  ASSERT_EQ(both.size(), 2U);
  EXPECT_EQ(both[1].risk, Risk::choice);
  EXPECT_EQ(both[1].lines, std::vector<std::string>{"PermitRootLogin yes"});
}

TEST(ConfigMending, CorrectsValues) {
  EXPECT_EQ(mended("PermitRootLogin prohibit-pasword"), "PermitRootLogin prohibit-password");
  EXPECT_EQ(mended("PermitRootLogin no yes"), "PermitRootLogin no");
  EXPECT_EQ(mended("PasswordAuthentication yes no"), "PasswordAuthentication no");
  EXPECT_EQ(mended("PasswordAuthentication disabled"), "PasswordAuthentication no");
  EXPECT_EQ(mended("Ciphers aes256-ctr,arcfour"), "Ciphers aes256-ctr");
  EXPECT_EQ(mended("MACs hmac-ripemd,hmac-sha2-256"), "MACs hmac-sha2-256");
}

TEST(ConfigMending, CommentsOutWhatNobodyCanRead) {
  EXPECT_EQ(mended("Port twentytwo"), "#");
  EXPECT_EQ(mended("Frobnicate yes"), "#");
  EXPECT_EQ(mended("AllowUsers"), "#");
  EXPECT_EQ(mended("PermitRootLogin ture"), "#");
}

TEST(ConfigMending, DoesNotDropAListThatLimits) {
  EXPECT_EQ(mended("Ciphers arcfour", Risk::choice), "#");
}

TEST(ConfigMending, CorrectsTheCriteriaOfMatch) {
  EXPECT_EQ(mended("Match Users bob"), "Match User bob");
  EXPECT_EQ(mended("Match frobs bob", Risk::choice), "#");
}

TEST(ConfigMending, KnowsTheVersion) {
  EXPECT_TRUE(is_accepted(openssh(9, 2), "RequiredRSASize 2048"));
  EXPECT_FALSE(is_accepted(openssh(8, 4), "RequiredRSASize 2048"));
  EXPECT_TRUE(mends_of(openssh(8, 4), "RequiredRSASize 2048").front().lines.empty());
}

TEST(ConfigSyntax, TheEditChangesTheOneLineAndKeepsTheOthers) {
  Facts facts = openssh(9, 2);
  const std::string before = "Port 22\r\nPasswordAuthentication no#PermitRootLogin no\r\nUsePAM yes";
  facts.config.files.push_back({HostPath("/etc/ssh/sshd_config"), before});
  const Obstacle obstacle{Cause::service_config_syntax,
                          {"file", "/etc/ssh/sshd_config", 2, "PasswordAuthentication no#PermitRootLogin no"},
                          {},
                          {{"message", "unsupported option \"no#PermitRootLogin\"."}}};
  const std::vector<LoginTrace> traces = {
      testing::login_of("alice", {testing::refusing("service/config", obstacle)})};
  const CheckInput input(facts, traces);
  const Verdict verdict = check_of(Cause::service_config_syntax)->evaluate(input);
  const auto& found = std::get<std::vector<Finding>>(verdict);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_TRUE(found[0].users.empty());
  ASSERT_EQ(found[0].remedies[0].steps.size(), 1U);
  const auto& edit = std::get<EditFile>(found[0].remedies[0].steps[0]);
  EXPECT_EQ(edit.before, before);
  EXPECT_EQ(edit.after, "Port 22\r\nPasswordAuthentication no\r\n#PermitRootLogin no\r\nUsePAM yes");
}

TEST(ConfigSyntax, AllThatAMatchSwallowedComesOutAtOnce) {
  Facts facts = openssh(9, 2);
  const std::string before = "Port 22\nMatch User bob\nX11Forwarding no\nUsePAM yes\nHostKey /k\n";
  facts.config.files.push_back({HostPath("/etc/ssh/sshd_config"), before});
  MatchBlock block;
  block.at = {"/etc/ssh/sshd_config", 2};
  facts.config.blocks.push_back(block);
  std::vector<Gate> gates;
  for (const std::size_t line : {4U, 5U}) {
    ConfigProblem problem;
    problem.at = {"/etc/ssh/sshd_config", line};
    problem.message = "Directive 'X' is not allowed within a Match block";
    facts.config.problems.push_back(problem);
    gates.push_back(testing::refusing("service/config", {Cause::service_config_syntax,
                                                         {"file", "/etc/ssh/sshd_config", line, "X"},
                                                         {},
                                                         {{"message", problem.message}}}));
  }
  const std::vector<LoginTrace> traces = {testing::login_of("alice", std::move(gates))};
  const CheckInput input(facts, traces);
  const Verdict verdict = check_of(Cause::service_config_syntax)->evaluate(input);
  const auto& found = std::get<std::vector<Finding>>(verdict);
  ASSERT_EQ(found.size(), 2U);
  for (const Finding& finding : found) {
    EXPECT_EQ(std::get<EditFile>(finding.remedies[0].steps[0]).after,
              "Port 22\nUsePAM yes\nHostKey /k\nMatch User bob\nX11Forwarding no\n");
  }
}

}  // namespace
}  // namespace reentry
