#include "login/walk.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace reentry {
namespace {

// Real hosts bear these out: tests/scenarios/diagnose_check.
class Walk : public testing::Test {
 protected:
  Walk() {
    settings("");
    facts.client.typed = "web.example.com";
    facts.lookup.name = "192.0.2.7";
    facts.lookup.literal = true;
    facts.lookup.addresses = std::vector<std::string>{"192.0.2.7"};
  }
  void settings(const std::string& more) {
    facts.client.settings = SshClientSettings::parse("hostname 192.0.2.7\nuser alice\nport 22\n" + more);
  }
  ConnectTry& tried(ConnectTry::End end) {
    ConnectTry& one = facts.tries.emplace_back();
    one.address = "192.0.2.7";
    one.port = 22;
    one.end = end;
    return one;
  }
  void other(int port, ConnectTry::End end, std::optional<std::string> greeting = std::nullopt) {
    ConnectTry& one = facts.others.emplace_back();
    one.address = "192.0.2.7";
    one.port = port;
    one.end = end;
    one.greeting = std::move(greeting);
  }
  // A server that has come as far as the list of methods.
  ProbeReply& answered(std::vector<std::string> methods) {
    tried(ConnectTry::End::connected);
    ProbeReply& reply = facts.reply.emplace();
    reply.banner.kind = BannerKind::ssh2;
    reply.banner.identification = "SSH-2.0-OpenSSH_9.2p1";
    reply.kex.finished = ProbeMoment{};
    reply.stage = ProbeStage::auth;
    reply.end = ProbeEnd::done;
    reply.auth.methods_known = ProbeMoment{};
    reply.auth.methods = std::move(methods);
    facts.authentications = 1;
    return reply;
  }
  void asked(KeyAnswer answer, std::size_t place) {
    AskedKey& key = facts.asked.emplace_back();
    key.path = "/home/alice/.ssh/id_ed25519";
    key.place = place;
    KeyReply reply;
    reply.answer = answer;
    facts.reply->auth.keys.push_back(reply);
  }
  Gate gate(std::string_view id) const {
    const LoginTrace trace = walk(facts);
    for (const Gate& one : trace.gates) {
      if (one.id == id) return one;
    }
    return {};
  }
  Cause first(std::string_view id) const { return gate(id).obstacles.at(0).cause; }
  bool names(std::string_view id, Cause cause) const {
    const Gate one = gate(id);
    return std::any_of(one.obstacles.begin(), one.obstacles.end(),
                       [cause](const Obstacle& obstacle) { return obstacle.cause == cause; });
  }

  WalkFacts facts;
};

TEST_F(Walk, WhatSshRefusesToReadIsTheClientsOwnFault) {
  facts.client.settings = Missing{Why::malformed, "ssh -G", "Bad configuration option"};
  facts.client.complaints =
      parse_ssh_complaints("/home/a/.ssh/config: line 2: Bad configuration option: hostnam\n");
  EXPECT_EQ(first("client/config"), Cause::client_config_error);
  EXPECT_EQ(gate("client/config").obstacles.at(0).at.line, 2U);
  EXPECT_EQ(walk(facts).outcome, Outcome::refused);
}

TEST_F(Walk, ARefusalIsOneOfSeveralCausesUnlessAnotherPortSpeaksSsh) {
  tried(ConnectTry::End::refused);
  EXPECT_EQ(first("network/connect"), Cause::service_not_running);
  EXPECT_FALSE(gate("network/connect").obstacles.at(0).certain);
  other(2222, ConnectTry::End::connected, "SSH-2.0-OpenSSH_9.2p1");
  EXPECT_EQ(first("network/connect"), Cause::network_other_port);
}

TEST_F(Walk, APortUnreachableIsAFiltersWord) {
  tried(ConnectTry::End::refused).icmp = IcmpNote{3, 3, false, "192.0.2.7"};
  EXPECT_EQ(first("network/connect"), Cause::network_banned);
  EXPECT_FALSE(names("network/connect", Cause::service_not_running));
}

TEST_F(Walk, SilenceOfOnePortAloneIsAFilters) {
  tried(ConnectTry::End::timed_out);
  EXPECT_EQ(first("network/connect"), Cause::network_no_answer);
  other(443, ConnectTry::End::refused);
  EXPECT_EQ(first("network/connect"), Cause::network_firewall_drops);
}

TEST_F(Walk, AProhibitionIsCertain) {
  tried(ConnectTry::End::host_unreachable).icmp = IcmpNote{3, 13, false, "192.0.2.1"};
  EXPECT_EQ(first("network/connect"), Cause::network_firewall_rejects);
  EXPECT_TRUE(gate("network/connect").obstacles.at(0).certain);
}

TEST_F(Walk, ADeadAddressBesideOneThatAnswersIsANotice) {
  tried(ConnectTry::End::net_unreachable).address = "2001:db8::7";
  tried(ConnectTry::End::connected);
  EXPECT_EQ(gate("network/connect").result, GateResult::pass);
  EXPECT_EQ(first("network/connect"), Cause::network_one_family_only);
}

TEST_F(Walk, NamesThatNobodyKnowsAreToldFromServersThatDoNotAnswer) {
  facts.lookup.literal = false;
  facts.lookup.addresses = Missing{Why::absent, "web.example.com", "Could not resolve hostname"};
  facts.lookup.dns.emplace_back().code = DnsReply::Code::no_such_name;
  EXPECT_EQ(first("dns/lookup"), Cause::dns_name_unknown);
  facts.lookup.dns.front().code = DnsReply::Code::silent;
  EXPECT_EQ(first("dns/lookup"), Cause::dns_resolver_fails);
  facts.lookup.other_family = {"2001:db8::7"};
  EXPECT_EQ(first("dns/lookup"), Cause::dns_family_missing);
}

TEST_F(Walk, AKeyThatIsTakenOpens) {
  answered({"publickey"});
  asked(KeyAnswer::accepted, 0);
  EXPECT_EQ(walk(facts).outcome, Outcome::accepted);
}

TEST_F(Walk, ARightKeyBehindSixOthersIsNeverSeen) {
  answered({"publickey"});
  asked(KeyAnswer::accepted, 6);
  for (std::size_t i = 0; i < 6; ++i) asked(KeyAnswer::refused, i);
  EXPECT_EQ(first("auth/keys"), Cause::client_too_many_keys);
}

TEST_F(Walk, RefusedKeysAreOneOfManyCausesNoneCertain) {
  answered({"publickey"});
  asked(KeyAnswer::refused, 0);
  EXPECT_EQ(first("auth/keys"), Cause::auth_key_not_authorized);
  for (const Obstacle& one : gate("auth/keys").obstacles) EXPECT_FALSE(one.certain) << id_of(one.cause);
}

TEST_F(Walk, WhereAPersonWouldBeAskedNothingIsCertain) {
  settings("passwordauthentication yes\n");
  answered({"password"});
  asked(KeyAnswer::not_asked, 0);
  EXPECT_EQ(walk(facts).outcome, Outcome::unknown);
  settings("passwordauthentication yes\nbatchmode yes\n");
  EXPECT_EQ(walk(facts).outcome, Outcome::refused);
  EXPECT_EQ(first("auth/methods"), Cause::auth_pubkey_off);
}

TEST_F(Walk, WhatPamTellsTheClientNamesTheCause) {
  ProbeReply& reply = answered({"publickey"});
  asked(KeyAnswer::accepted, 0);
  reply.auth.login = LoginAnswer::waiting;
  reply.auth.banner = "Your account has expired; please contact your system administrator.";
  EXPECT_EQ(first("auth/keys"), Cause::account_expired);
}

TEST_F(Walk, AServiceThatIsNoSshIsNamed) {
  answered({});
  facts.reply->banner.kind = BannerKind::http;
  facts.reply->banner.first_bytes = "HTTP/1.1 400 Bad Request\r\n";
  EXPECT_EQ(first("banner/identification"), Cause::banner_not_ssh);
}

TEST_F(Walk, WithoutAnAnswerNothingIsFine) {
  EXPECT_NE(walk(facts).outcome, Outcome::accepted);
}

}  // namespace
}  // namespace reentry
