#include "login/firewall_gate.hpp"

#include <gtest/gtest.h>

#include "facts/iptables_save.hpp"
#include "support/login_bed.hpp"

namespace reentry {
namespace {

class FirewallGate : public testing::Test {
 protected:
  FirewallGate() {
    bed_.facts.firewall.collected = true;
    bed_.facts.firewall.routes = parse_ipv4_routes(
        "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
        "eth0\t00000000\tFE00630A\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"
        "eth0\t0000630A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n");
    bed_.facts.firewall.addresses = {{{}, *parse_address("10.99.0.1")}};
  }
  void rules(const std::string& text, const char* policy = "ACCEPT") {
    bed_.facts.firewall.next_start =
        parse_iptables_save(std::string("*filter\n:INPUT ") + policy + " [0:0]\n" + text + "COMMIT\n", "ip",
                            "iptables", "/etc/iptables/rules.v4");
  }
  Gate gate() {
    return bed_.judge([this](const GateInput& input) {
      const Known<PacketRules>& known = firewall_rules(bed_.facts, input.when);
      if (!known) return firewall_gate(input, nullptr);
      const PacketFilter filter(*known);
      return firewall_gate(input, &filter);
    });
  }
  testing_support::LoginBed bed_;
};

TEST_F(FirewallGate, PassesWithoutRules) {
  bed_.facts.firewall.next_start = PacketRules{};
  EXPECT_EQ(gate().result, GateResult::pass);
}

TEST_F(FirewallGate, IsUnknownWhereTheRulesAre) {
  bed_.facts.firewall.next_start = Missing{Why::denied, "nft -j list ruleset", "needs root"};
  const Gate judged = gate();
  EXPECT_EQ(judged.result, GateResult::unknown);
  ASSERT_EQ(judged.unknown.size(), 1U);
}

TEST_F(FirewallGate, NamesFileAndLineOfTheRule) {
  rules("-A INPUT -s 198.51.100.7 -j ACCEPT\n-A INPUT -i eth0 -p tcp --dport 22 -j DROP\n");
  const Gate judged = gate();
  ASSERT_EQ(judged.result, GateResult::refuse);
  const Obstacle& first = judged.obstacles.front();
  EXPECT_EQ(first.cause, Cause::network_firewall_drops);
  EXPECT_EQ(first.at.path, "/etc/iptables/rules.v4");
  EXPECT_EQ(first.at.line, 4U);
  EXPECT_EQ(first.detail("base"), "INPUT");
  bed_.question.from = "198.51.100.7";
  EXPECT_EQ(gate().result, GateResult::pass);
}

TEST_F(FirewallGate, WhereNobodyIsNamedAllMustBeKeptOut) {
  bed_.question.from = std::nullopt;
  rules("", "DROP");
  EXPECT_EQ(gate().result, GateResult::refuse);
  rules("-A INPUT -s 198.51.100.0/24 -j ACCEPT\n", "DROP");
  const Gate some = gate();
  EXPECT_EQ(some.result, GateResult::pass);
  ASSERT_EQ(some.obstacles.size(), 1U);
  EXPECT_EQ(some.obstacles.front().cause, Cause::network_only_some_sources);
  EXPECT_EQ(some.obstacles.front().detail("passing"), "198.51.100.0/24");
}

TEST_F(FirewallGate, KnowsABanByItsChain) {
  rules(
      "-N f2b-sshd\n-A INPUT -p tcp --dport 22 -j f2b-sshd\n-A f2b-sshd -s 192.0.2.7 -j REJECT\n-A f2b-sshd "
      "-j "
      "RETURN\n");
  const Gate judged = gate();
  ASSERT_EQ(judged.result, GateResult::refuse);
  EXPECT_EQ(judged.obstacles.front().cause, Cause::network_banned);
  EXPECT_EQ(judged.obstacles.front().detail("jail"), "sshd");
}

TEST_F(FirewallGate, NotesALimitThatIsNotUsedUp) {
  rules(
      "-A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT\n-A INPUT -p tcp --dport 22 -m limit --limit "
      "3/min -j "
      "ACCEPT\n",
      "DROP");
  const Gate judged = gate();
  EXPECT_EQ(judged.result, GateResult::pass);
  ASSERT_EQ(judged.obstacles.size(), 1U);
  EXPECT_EQ(judged.obstacles.front().cause, Cause::network_rate_limited);
}

TEST_F(FirewallGate, ALoginOfTheHostItselfComesByTheLoopback) {
  bed_.question.from = "127.0.0.1";
  rules("-A INPUT -i lo -j ACCEPT\n", "DROP");
  EXPECT_EQ(gate().result, GateResult::pass);
}

}  // namespace
}  // namespace reentry
