#include <gtest/gtest.h>
#include <sqlite3.h>

#include "facts/fail2ban.hpp"

#include "support/one_finding.hpp"

namespace reentry::testing {
namespace {

Obstacle dropped(std::string owner, std::string tool) {
  Obstacle obstacle;
  obstacle.cause = Cause::network_firewall_drops;
  obstacle.at = {"process", "a rule", 0, "tcp dport 22 drop"};
  obstacle.details = {
      {"tool", std::move(tool)}, {"owner", std::move(owner)}, {"family", "inet"},   {"table", "filter"},
      {"chain", "input"},        {"base", "input"},           {"rule", "the rule"}, {"port", "22"},
      {"version", "4"},          {"verdict", "drop"},         {"phase", "first"}};
  return obstacle;
}

std::vector<std::string> commands_of(Obstacle obstacle, const char* from) {
  Facts facts = small_host();
  facts.target.kind = TargetKind::live;
  LoginTrace trace = login_of("alice", {});
  if (from != nullptr) trace.question.from = from;
  const Finding finding = finding_of(facts, obstacle, std::move(trace));
  return finding.remedies.empty() ? std::vector<std::string>{} : finding.remedies.front().commands;
}

TEST(Firewall, OpensOneAddressAndPortByTheOwnersTool) {
  using Commands = std::vector<std::string>;
  EXPECT_EQ(commands_of(dropped("administrator", "nft"), "192.0.2.7"),
            Commands{"nft insert rule inet filter input ip saddr 192.0.2.7 tcp dport 22 accept"});
  EXPECT_EQ(commands_of(dropped("administrator", "iptables"), "192.0.2.7"),
            Commands{"iptables -t filter -I input -s 192.0.2.7 -p tcp --dport 22 -j ACCEPT"});
  EXPECT_EQ(commands_of(dropped("ufw", "iptables"), "192.0.2.7"),
            Commands{"ufw prepend allow from 192.0.2.7 to any port 22 proto tcp"});
  EXPECT_EQ(commands_of(dropped("ufw", "iptables"), nullptr), Commands{"ufw prepend allow 22/tcp"});
  EXPECT_EQ(commands_of(dropped("firewalld", "nft"), "192.0.2.7").size(), 2U);
}

TEST(Firewall, AnEditStandsInFrontOfTheRule) {
  Facts facts = small_host();
  put_file(facts, "/etc/iptables/rules.v4", "*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -j DROP\nCOMMIT\n");
  Obstacle obstacle = dropped("administrator", "iptables");
  obstacle.at = {"file", "/etc/iptables/rules.v4", 3, "-A INPUT -j DROP"};
  for (auto& [name, value] : obstacle.details) {
    if (name == "chain" || name == "base") value = "INPUT";
  }
  LoginTrace trace = login_of("alice", {});
  trace.question.from = "192.0.2.7";
  const Finding finding = finding_of(facts, obstacle, std::move(trace));
  ASSERT_FALSE(finding.remedies.empty());
  EXPECT_EQ(finding.remedies.front().risk, Risk::choice);
  EXPECT_EQ(after(finding.remedies.front().steps),
            "*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -s 192.0.2.7 -p tcp --dport 22 -j ACCEPT\n-A INPUT -j "
            "DROP\nCOMMIT\n");
}

TEST(Firewall, LiftsOneBan) {
  Obstacle obstacle = dropped("fail2ban", "nft");
  obstacle.cause = Cause::network_banned;
  obstacle.details.emplace_back("jail", "sshd");
  EXPECT_EQ(commands_of(obstacle, "192.0.2.7"),
            std::vector<std::string>{"fail2ban-client set sshd unbanip 192.0.2.7"});
}

TEST(Firewall, ABanOfTheDatabaseIsTakenOutOfADisk) {
  sqlite3* made = nullptr;
  sqlite3_open(":memory:", &made);
  sqlite3_exec(made,
               "CREATE TABLE bips(ip TEXT, jail TEXT, timeofban INTEGER, bantime INTEGER);"
               "INSERT INTO bips VALUES('192.0.2.7', 'sshd', 1, 2), ('192.0.2.8', 'sshd', 1, 2);",
               nullptr, nullptr, nullptr);
  sqlite3_int64 size = 0;
  unsigned char* bytes = sqlite3_serialize(made, "main", &size, 0);
  const std::string file = "/var/lib/fail2ban/fail2ban.sqlite3";
  Facts facts = small_host();
  put_file(facts, file, std::string(bytes, bytes + size));
  sqlite3_free(bytes);
  sqlite3_close(made);
  facts.firewall.ban_file = file;
  facts.firewall.bans.push_back({"sshd", "192.0.2.7", 4, point(parse_address("192.0.2.7")->bits), 86400});
  Obstacle obstacle = dropped("fail2ban", "fail2ban");
  obstacle.cause = Cause::network_banned;
  obstacle.at = {"file", file, 0, {}};
  obstacle.details.emplace_back("jail", "sshd");
  LoginTrace trace = login_of("alice", {});
  trace.question.from = "192.0.2.7";
  const Finding finding = finding_of(facts, obstacle, trace);
  ASSERT_FALSE(finding.remedies.empty());
  EXPECT_EQ(finding.remedies.front().risk, Risk::choice);
  const auto left = saved_bans(after(finding.remedies.front().steps));
  ASSERT_TRUE(left);
  ASSERT_EQ(left->size(), 1U);
  EXPECT_EQ(left->front().address, "192.0.2.8");
  facts.target.kind = TargetKind::live;
  EXPECT_TRUE(finding_of(facts, obstacle, trace).remedies.front().steps.empty());
}

}  // namespace
}  // namespace reentry::testing
