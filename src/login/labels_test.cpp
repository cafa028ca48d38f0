#include "login/labels.hpp"

#include <gtest/gtest.h>

#include "support/one_obstacle.hpp"

namespace reentry {
namespace {

using State = LabelVerdict::State;

const HostPath kFile("/home/alice/.ssh/authorized_keys");
constexpr const char* kGood = "system_u:object_r:ssh_home_t:s0";
constexpr const char* kBad = "system_u:object_r:user_tmp_t:s0";

LabelFact fact(const HostPath& path, const char* label, std::vector<std::string> refused) {
  LabelFact out;
  out.question = {path, FileType::regular, LabelUse::read, LabelActor::session};
  out.label = std::string(label);
  out.expected = std::string(kGood);
  out.mended = kGood;
  out.domain = "sshd_t";
  out.refused = std::move(refused);
  out.refused_when_mended = std::vector<std::string>{};
  return out;
}

Facts host(SelinuxMode mode, LabelFact node) {
  Facts facts = testing::small_host();
  facts.labels.present = true;
  facts.labels.next_start = mode;
  facts.labels.policy = std::string("/etc/selinux/targeted/policy/policy.33");
  facts.labels.contexts = std::string("file_contexts");
  const std::string key = LabelFacts::key_of(node.question.path, node.question.use, node.question.actor);
  facts.labels.nodes.emplace(key, std::move(node));
  return facts;
}

LabelVerdict verdict(const Facts& facts, When when = When::next_start) {
  return label_verdict(facts, when, kFile, LabelUse::read, LabelActor::session);
}

TEST(LabelVerdict, OnlyWhatThePolicyRefusesIsRefused) {
  EXPECT_EQ(verdict(host(SelinuxMode::enforcing, fact(kFile, kBad, {"read"}))).state, State::refused);
  EXPECT_EQ(verdict(host(SelinuxMode::enforcing, fact(kFile, kBad, {}))).state, State::allowed)
      << "a label that differs is not a label that is refused";
  EXPECT_EQ(verdict(host(SelinuxMode::off, fact(kFile, kBad, {"read"}))).state, State::allowed);
  EXPECT_EQ(verdict(host(SelinuxMode::permissive, fact(kFile, kBad, {"read"}))).state, State::would_refuse);
  EXPECT_EQ(verdict(host(SelinuxMode::permissive, fact(kFile, kGood, {}))).state, State::allowed);
}

TEST(LabelVerdict, AHostWithoutSelinuxHasNothingToSay) {
  EXPECT_EQ(verdict(testing::small_host()).state, State::allowed);
}

TEST(LabelVerdict, RelabelledAtTheNextStart) {
  Facts facts = host(SelinuxMode::enforcing, fact(kFile, kBad, {"read"}));
  facts.labels.relabels_at_start = true;
  EXPECT_EQ(verdict(facts).state, State::allowed);
  facts.labels.now = SelinuxMode::enforcing;
  EXPECT_EQ(verdict(facts, When::now).state, State::refused) << "not before it";
}

TEST(LabelVerdict, WithoutThePolicyWhatDiffersIsUnknown) {
  LabelFact bad = fact(kFile, kBad, {});
  bad.refused = Missing{};
  Facts facts = host(SelinuxMode::enforcing, bad);
  facts.labels.policy = Missing{Why::absent, "/etc/selinux/targeted/policy", "no policy.NN"};
  EXPECT_EQ(verdict(facts).state, State::unknown);
  LabelFact good = fact(kFile, kGood, {});
  good.refused = Missing{};
  EXPECT_EQ(verdict(host(SelinuxMode::enforcing, good)).state, State::allowed);
  good.label = Missing{Why::unreadable, kFile.str(), "Operation not supported"};
  EXPECT_EQ(verdict(host(SelinuxMode::enforcing, good)).state, State::unknown);
}

TEST(LabelVerdict, AnUnknownModeNeverRefusesAndNeverHides) {
  Facts facts = host(SelinuxMode::enforcing, fact(kFile, kBad, {"read"}));
  facts.labels.next_start = Missing{Why::absent, "/boot", "the kernel's command line"};
  EXPECT_EQ(verdict(facts).state, State::unknown);
  EXPECT_EQ(
      label_verdict(facts, When::next_start, HostPath("/never/asked"), LabelUse::read, LabelActor::session)
          .state,
      State::unknown);
}

// service/labels and service/selinux-port of a host whose one fact is about /etc/passwd.
std::vector<Gate> gates_of(const Facts& facts, const std::string& port = "22") {
  EffectiveConfig startup;
  Setting ports;
  ports.values = {port};
  startup.set("port", ports);
  std::vector<Gate> gates = label_gates(facts, startup, When::next_start);
  gates.push_back(account_labels_gate(facts, startup, When::next_start));
  return gates;
}

TEST(LabelGates, WhatEveryLoginReads) {
  const HostPath passwd("/etc/passwd");
  Facts facts = host(SelinuxMode::enforcing, fact(passwd, kBad, {"read"}));
  testing::put_file(facts, "/etc/passwd", "root:x:0:0::/root:/bin/sh\n");
  const std::vector<Gate> gates = gates_of(facts);
  EXPECT_EQ(gates[3].result, GateResult::refuse);
  ASSERT_EQ(gates[3].obstacles.size(), 1U);
  EXPECT_EQ(gates[3].obstacles[0].cause, Cause::system_selinux_label);
  EXPECT_EQ(gates[3].obstacles[0].detail("mends"), "yes");
  facts.labels.next_start = SelinuxMode::permissive;
  const std::vector<Gate> logged = gates_of(facts);
  EXPECT_EQ(logged[3].result, GateResult::pass);
  EXPECT_EQ(logged[3].obstacles.size(), 1U) << "a notice";
}

TEST(PortGate, OnePortOfTwoIsEnough) {
  Facts facts = testing::small_host();
  facts.labels.present = true;
  facts.labels.next_start = SelinuxMode::enforcing;
  facts.labels.policy = std::string("p");
  facts.labels.ports = {{2222, "unreserved_port_t", "sshd_t", true}};
  EXPECT_EQ(gates_of(facts, "2222")[1].result, GateResult::refuse);
  facts.labels.ports.push_back({22, "ssh_port_t", "sshd_t", false});
  const Gate both = gates_of(facts, "2222")[1];
  EXPECT_EQ(both.result, GateResult::pass);
  EXPECT_EQ(both.obstacles.size(), 1U);
  facts.labels.ports.clear();
  facts.labels.policy = Missing{Why::absent, "policy", {}};
  EXPECT_EQ(gates_of(facts, "2222")[1].result, GateResult::unknown);
  EXPECT_EQ(gates_of(facts, "22")[1].result, GateResult::pass);
}

}  // namespace
}  // namespace reentry
