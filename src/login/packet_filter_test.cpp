#include "login/packet_filter.hpp"

#include <gtest/gtest.h>

#include "facts/iptables_save.hpp"
#include "facts/nft_ruleset.hpp"

namespace reentry {
namespace {

TcpConnection from(const char* address) {
  TcpConnection out;
  const NetAddress source = *parse_address(address);
  out.family = source.family;
  out.source = point(source.bits);
  out.interface = "eth0";
  return out;
}

PacketRules of_save(const std::string& rules, const char* policy = "ACCEPT") {
  auto out =
      parse_iptables_save(std::string("*filter\n:INPUT ") + policy +
                              " [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n" + rules + "COMMIT\n",
                          "ip", "iptables");
  EXPECT_TRUE(out) << out.missing().detail;
  return out ? *out : PacketRules{};
}

FilterAnswer asked(const PacketRules& rules, const TcpConnection& connection) {
  return PacketFilter(rules).judge(connection);
}

TEST(PacketFilter, LetsThroughWhereNobodySpeaks) {
  const FilterAnswer answer = asked({}, from("192.0.2.7"));
  EXPECT_EQ(answer.verdict, FilterVerdict::pass);
  EXPECT_TRUE(answer.place.chain.empty());
}

TEST(PacketFilter, NamesTheRuleThatDrops) {
  const PacketRules rules =
      of_save("-A INPUT -s 198.51.100.7 -j ACCEPT\n-A INPUT -p tcp --dport 22 -j DROP\n");
  const FilterAnswer answer = asked(rules, from("192.0.2.7"));
  EXPECT_EQ(answer.verdict, FilterVerdict::drop);
  EXPECT_EQ(answer.place.number, 2U);
  EXPECT_EQ(answer.place.text, "-A INPUT -p tcp --dport 22 -j DROP");
  EXPECT_EQ(asked(rules, from("198.51.100.7")).verdict, FilterVerdict::pass);
}

TEST(PacketFilter, ThePolicyHasNoNumber) {
  const FilterAnswer answer = asked(of_save("", "DROP"), from("192.0.2.7"));
  EXPECT_EQ(answer.verdict, FilterVerdict::drop);
  EXPECT_EQ(answer.place.number, 0U);
  EXPECT_EQ(answer.place.chain, "INPUT");
}

TEST(PacketFilter, WhatIsNotModelledCountsOnlyWhereItDecides) {
  const PacketRules harmless = of_save("-A INPUT -p tcp -m string --string x --algo bm -j LOG\n");
  EXPECT_EQ(asked(harmless, from("192.0.2.7")).verdict, FilterVerdict::pass);
  const PacketRules decides = of_save("-A INPUT -p tcp -m string --string x --algo bm -j DROP\n");
  const FilterAnswer answer = asked(decides, from("192.0.2.7"));
  EXPECT_EQ(answer.verdict, FilterVerdict::unknown);
  ASSERT_EQ(answer.unknown.size(), 1U);
  EXPECT_EQ(answer.unknown.front().detail, "string");
  const PacketRules both_ways =
      of_save("-A INPUT -m string --string x --algo bm -j DROP\n-A INPUT -j DROP\n");
  EXPECT_EQ(asked(both_ways, from("192.0.2.7")).verdict, FilterVerdict::drop);
}

TEST(PacketFilter, ALimitPassesTheFirstAndIsTold) {
  const PacketRules rules = of_save(
      "-A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT\n"
      "-A INPUT -p tcp --dport 22 -m recent --update --seconds 30 --hitcount 6 --name x -j DROP\n");
  const FilterAnswer answer = asked(rules, from("192.0.2.7"));
  EXPECT_EQ(answer.verdict, FilterVerdict::pass);
  ASSERT_TRUE(answer.limited);
  EXPECT_EQ(answer.limited->number, 2U);
}

TEST(PacketFilter, SeesWhatOnlyLaterPacketsMeet) {
  const PacketRules rules = of_save("-A INPUT -m conntrack --ctstate ESTABLISHED -j DROP\n");
  const FilterAnswer answer = asked(rules, from("192.0.2.7"));
  EXPECT_EQ(answer.verdict, FilterVerdict::drop);
  EXPECT_EQ(answer.phase, FilterPhase::later);
}

TEST(PacketFilter, FollowsARedirection) {
  auto rules = parse_iptables_save(
      "*nat\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -p tcp --dport 22 -j REDIRECT --to-ports 2222\nCOMMIT\n",
      "ip", "iptables");
  ASSERT_TRUE(rules);
  EXPECT_EQ(asked(*rules, from("192.0.2.7")).arrives_at, 2222);
}

TEST(PacketFilter, TellsEverySourceApart) {
  const PacketRules rules = of_save("-A INPUT -s 10.0.0.0/8 -j ACCEPT\n", "DROP");
  TcpConnection any = from("192.0.2.7");
  const auto shares = PacketFilter(rules).judge_every_source(any);
  std::vector<std::string> passing;
  for (const PacketFilter::Share& share : shares) {
    if (share.answer.verdict == FilterVerdict::pass) passing.push_back(text_of(4, share.source));
  }
  EXPECT_EQ(passing, std::vector<std::string>{"10.0.0.0/8"});
}

TEST(PacketFilter, ReadsNftWithSetsAndMaps) {
  auto nft = parse_nft_ruleset(R"({"nftables": [{"metainfo": {}},
    {"table": {"family": "inet", "name": "t", "handle": 1}},
    {"set": {"family": "inet", "name": "bad", "table": "t", "type": "ipv4_addr", "handle": 2,
             "elem": [{"prefix": {"addr": "192.0.2.0", "len": 24}}]}},
    {"chain": {"family": "inet", "table": "t", "name": "in", "handle": 3, "type": "filter", "hook": "input",
               "prio": 0, "policy": "accept"}},
    {"rule": {"family": "inet", "table": "t", "chain": "in", "handle": 7, "expr": [
      {"match": {"op": "==", "left": {"payload": {"protocol": "ip", "field": "saddr"}}, "right": "@bad"}},
      {"counter": {"packets": 1, "bytes": 2}}, {"reject": {"type": "icmp", "expr": "host-prohibited"}}]}}]})");
  ASSERT_TRUE(nft);
  name_nft_rules(
      "table inet t { # handle 1\n\tchain in { # handle 3\n\t\ttype filter hook input priority filter; "
      "policy accept;\n\t\tip saddr @bad counter packets 1 bytes 2 reject with icmp host-prohibited # "
      "handle 7\n\t}\n}\n",
      nft->rules);
  place_nft_rules(
      "table inet t {\n chain in {\n  ip saddr @bad  counter reject with icmp host-prohibited\n }\n}\n",
      "/etc/nftables.conf", nft->rules);
  const FilterAnswer answer = asked(nft->rules, from("192.0.2.7"));
  EXPECT_EQ(answer.verdict, FilterVerdict::reject);
  EXPECT_EQ(answer.reject, "icmp host-prohibited");
  EXPECT_EQ(answer.place.handle, 7U);
  EXPECT_EQ(answer.place.text, "ip saddr @bad counter reject with icmp host-prohibited");
  EXPECT_EQ(answer.place.file, "/etc/nftables.conf");
  EXPECT_EQ(answer.place.line, 3U);
  EXPECT_EQ(asked(nft->rules, from("2001:db8::1")).verdict, FilterVerdict::pass);
}

}  // namespace
}  // namespace reentry
