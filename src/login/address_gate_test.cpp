#include "login/address_gate.hpp"

#include <gtest/gtest.h>

#include "support/login_bed.hpp"

namespace reentry {
namespace {

using testing_support::LoginBed;

// `sd-no-address` bears the refusal out on a real host.
class AddressGate : public testing::Test {
 protected:
  AddressGate() {
    bed.sshd_config("");
    bed.facts.running.collected = true;
    bed.facts.running.interfaces = std::vector<std::string>{"eth0"};
    has({"127.0.0.1", "::1"});
  }
  void has(const std::vector<std::string>& addresses) {
    std::vector<NetAddress> all;
    for (const std::string& one : addresses) all.push_back(*parse_address(one));
    bed.facts.running.addresses = all;
  }
  GateResult from(const std::string& address) {
    bed.question.from = address;
    return bed.judge(address_gate).result;
  }

  LoginBed bed;
};

TEST_F(AddressGate, LoopbackAloneServesThisHostAlone) {
  EXPECT_EQ(from("203.0.113.5"), GateResult::refuse);
  EXPECT_EQ(from("2001:db8::5"), GateResult::refuse);
  EXPECT_EQ(from("127.0.0.1"), GateResult::pass);
  EXPECT_EQ(from("::1"), GateResult::pass);
}

TEST_F(AddressGate, AnAddressServesItsFamily) {
  has({"127.0.0.1", "192.0.2.7", "fe80::1"});
  EXPECT_EQ(from("203.0.113.5"), GateResult::pass);
  EXPECT_EQ(from("2001:db8::5"), GateResult::refuse);
  EXPECT_EQ(from("fe80::2"), GateResult::pass);
  has({"127.0.0.1", "169.254.7.7"});
  EXPECT_EQ(from("203.0.113.5"), GateResult::refuse) << "what a host gives itself where DHCP does not answer";
}

TEST_F(AddressGate, AHostWithoutInterfacesIsMeantToHaveNone) {
  bed.facts.running.interfaces = std::vector<std::string>{};
  EXPECT_EQ(from("203.0.113.5"), GateResult::pass);
}

TEST_F(AddressGate, WhatTheKernelDoesNotSayIsUnknown) {
  bed.facts.running.addresses = Missing{Why::denied, "/proc/net/fib_trie", {}};
  EXPECT_EQ(from("203.0.113.5"), GateResult::unknown);
}

}  // namespace
}  // namespace reentry
