#include "facts/firewalld.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace reentry {
namespace {

FirewalldZone zone(const std::string& inner, const std::string& attributes = {},
                   const std::string& name = "public") {
  const auto out =
      parse_firewalld_zone("<?xml version=\"1.0\"?><zone" + attributes + ">" + inner + "</zone>", name, "z");
  EXPECT_TRUE(out) << out.missing().detail;
  return out ? *out : FirewalldZone{};
}

FirewalldConfig config_of(std::vector<FirewalldZone> zones) {
  FirewalldConfig config;
  config.zones = std::move(zones);
  config.services.emplace(
      "ssh", parse_firewalld_service("<service><port protocol=\"tcp\" port=\"22\"/></service>", "ssh.xml"));
  return config;
}

const PacketChain* chain_of(const PacketRules& rules, const char* name) {
  return rules.tables.front().chain(name);
}

bool is_unsure(const PacketRule& rule) {
  return std::any_of(rule.statements.begin(), rule.statements.end(),
                     [](const PacketStatement& one) { return one.text == "NFQUEUE"; });
}

TEST(Firewalld, AZoneBecomesItsChain) {
  const auto rules =
      rules_of(config_of({zone("<service name=\"ssh\"/><port port=\"8000-8010\" protocol=\"tcp\"/>"
                               "<port port=\"53\" protocol=\"udp\"/><forward/>")}));
  ASSERT_TRUE(rules) << rules.missing().detail;
  ASSERT_EQ(rules->tables.size(), 2U);
  const PacketChain* chain = chain_of(*rules, "filter_IN_public");
  ASSERT_NE(chain, nullptr);
  EXPECT_EQ(chain->rules.size(), 3U);
  EXPECT_EQ(chain->rules.front().place.file, "z");
  EXPECT_EQ(chain->rules.front().place.table, "firewalld");
}

TEST(Firewalld, DeniesStandBeforeTheAllowed) {
  const auto rules = rules_of(config_of(
      {zone("<service name=\"ssh\"/><rule family=\"ipv4\"><source address=\"192.0.2.7\"/><drop/></rule>"
            "<rule priority=\"-5\"><source address=\"192.0.2.8\"/><accept/></rule>"
            "<rule><source mac=\"00:11:22:33:44:55\"/><drop/></rule>")}));
  ASSERT_TRUE(rules) << rules.missing().detail;
  const PacketChain* chain = chain_of(*rules, "filter_IN_public");
  ASSERT_EQ(chain->rules.size(), 5U);
  EXPECT_EQ(chain->rules[1].statements.back().verdict, PacketVerdict::drop);
  EXPECT_TRUE(is_unsure(chain->rules[2]));
}

TEST(Firewalld, WhatIsNotModelledIsMissingOrHandedElsewhere) {
  EXPECT_FALSE(rules_of(config_of({zone("", "", "home")})));
  const FirewalldZone other = zone("<source address=\"192.0.2.0/24\"/>", "", "a");
  const FirewalldZone same = zone("<source address=\"192.0.2.7\"/>", "", "b");
  EXPECT_FALSE(rules_of(config_of({zone(""), other, same})));
  EXPECT_FALSE(rules_of(config_of({zone(""), zone("<source ipset=\"x\"/>", "", "a")})));
  EXPECT_FALSE(parse_firewalld_zone("<zone><a></zone>", "z", "z"));
  EXPECT_FALSE(parse_firewalld_zone("<zone target=\"MAYBE\"/>", "z", "z"));
  EXPECT_FALSE(parse_firewalld_zone("<!DOCTYPE z [<!ENTITY a \"b\">]><zone>&a;</zone>", "z", "z"));
  const auto rules = rules_of(config_of({zone("<service name=\"unheard-of\"/>")}));
  ASSERT_TRUE(rules);
  EXPECT_TRUE(is_unsure(chain_of(*rules, "filter_IN_public")->rules.front()));
}

TEST(Firewalld, PoliciesForThisHost) {
  const char* stock =
      "<policy target=\"CONTINUE\"><ingress-zone name=\"ANY\"/><egress-zone name=\"HOST\"/>"
      "<rule family=\"ipv6\"><icmp-type name=\"redirect\"/><accept/></rule></policy>";
  EXPECT_FALSE(*policy_judges_input(stock, "p"));
  EXPECT_TRUE(*policy_judges_input("<policy target=\"DROP\"><egress-zone name=\"HOST\"/></policy>", "p"));
  EXPECT_FALSE(*policy_judges_input("<policy target=\"DROP\"><egress-zone name=\"public\"/></policy>", "p"));
}

TEST(Firewalld, SettingsAndSets) {
  EXPECT_EQ(firewalld_setting("# DefaultZone=x\nDefaultZone = home \n", "DefaultZone"), "home");
  const auto set = parse_firewalld_ipset("<ipset type=\"hash:net\"><entry>192.0.2.0/24</entry></ipset>", "i");
  ASSERT_TRUE(set);
  EXPECT_EQ(set->front(), "192.0.2.0/24");
  EXPECT_FALSE(parse_firewalld_ipset("<ipset type=\"hash:mac\"/>", "i"));
}

}  // namespace
}  // namespace reentry
