#include "login/running_gate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "login/listen_gate.hpp"
#include "support/login_bed.hpp"

namespace reentry {
namespace {

using testing_support::LoginBed;

// Each expectation was borne out by the scenarios of the systemd bed.
class RunningGate : public testing::Test {
 protected:
  RunningGate() {
    bed.sshd_config("");
    bed.facts.target.kind = TargetKind::live;
    bed.facts.running.collected = true;
    bed.facts.running.systemd = true;
    bed.facts.running.sockets = std::vector<ListeningSocket>{};
    bed.facts.service.sshd.path.real = HostPath("/usr/sbin/sshd");
    bed.facts.ssh.libwrap = false;
    bed.question.from = "203.0.113.5";
  }

  void listens(const std::string& address, int port, const std::string& program, int pid = 700) {
    ListeningSocket socket;
    socket.address = address;
    socket.port = port;
    socket.v6 = address.find(':') != std::string::npos;
    socket.v6_only = socket.v6;
    SocketOwner owner;
    owner.pid = pid;
    owner.program = program;
    socket.owners.push_back(owner);
    bed.facts.running.sockets->push_back(socket);
  }
  void greets(const std::string& address, Greeting::End end, const std::string& said = {}) {
    bed.facts.running.greetings[{address, 22}] = {end, said};
  }
  void unit(const std::string& state, const std::string& result) {
    UnitState unit;
    unit.properties = {
        {"Id", "ssh.service"}, {"LoadState", "loaded"}, {"ActiveState", state}, {"Result", result}};
    bed.facts.running.service = unit;
  }
  template <typename Judge>
  Gate judged(Judge judge) const {
    return bed.judge([&](const GateInput& input) {
      GateInput now{input.facts, input.question, input.startup, input.connection, When::now};
      return judge(now);
    });
  }
  Gate gate() const { return judged(running_gate); }
  Cause cause() const { return gate().obstacles.at(0).cause; }

  LoginBed bed;
};

TEST_F(RunningGate, AnSshdThatGreetsPasses) {
  listens("0.0.0.0", 22, "/usr/sbin/sshd");
  greets("0.0.0.0", Greeting::End::greeted, "SSH-2.0-OpenSSH_9.2p1");
  EXPECT_EQ(gate().result, GateResult::pass);
  greets("0.0.0.0", Greeting::End::greeted, "Exceeded MaxStartups");
  EXPECT_EQ(gate().result, GateResult::pass) << "one connection too many is no fault of the service";
}

TEST_F(RunningGate, WhereNobodyListensTheUnitsStateIsTold) {
  unit("failed", "exit-code");
  EXPECT_EQ(cause(), Cause::service_not_running);
  EXPECT_EQ(gate().obstacles.at(0).detail("state"), "failed");
}

TEST_F(RunningGate, WhatTheKernelDoesNotSayIsUnknown) {
  bed.facts.running.sockets = Missing{Why::unreadable, "the listening sockets", "EPERM"};
  EXPECT_EQ(gate().result, GateResult::unknown);
}

TEST_F(RunningGate, AnotherProgramOnThePortIsNamed) {
  listens("0.0.0.0", 22, "/usr/bin/python3.11", 900);
  EXPECT_EQ(cause(), Cause::service_port_taken);
  EXPECT_EQ(gate().obstacles.at(0).detail("pid"), "900");
}

TEST_F(RunningGate, ASocketThatSystemdHoldsForTheSocketUnitIsSshds) {
  listens("::", 22, "/usr/lib/systemd/systemd", 1);
  greets("::", Greeting::End::greeted, "SSH-2.0-OpenSSH_9.2p1");
  unit("active", "success");
  EXPECT_EQ(cause(), Cause::service_port_taken) << "some other socket unit's";
  bed.facts.running.socket = bed.facts.running.service;
  EXPECT_EQ(gate().result, GateResult::pass);
}

TEST_F(RunningGate, OneThatClosesWithoutAWordIsLikelyBroken) {
  listens("0.0.0.0", 22, "/usr/sbin/sshd");
  greets("0.0.0.0", Greeting::End::closed);
  EXPECT_EQ(cause(), Cause::service_no_greeting);
  EXPECT_FALSE(gate().obstacles.at(0).certain);
  greets("0.0.0.0", Greeting::End::silent);
  EXPECT_EQ(gate().obstacles.at(0).detail("how"), "silent");
}

TEST_F(RunningGate, AChangedFileMakesTheLoadedConfigurationUnknown) {
  EXPECT_EQ(judged(loaded_config_gate).result, GateResult::pass);
  bed.facts.running.changed = {"/etc/ssh/sshd_config"};
  EXPECT_EQ(judged(loaded_config_gate).result, GateResult::unknown);
}

TEST_F(RunningGate, ALineThatSshdHasNotReadDoesNotRefuseYet) {
  Gate by_config{"auth/allow-deny", Stage::auth, GateResult::refuse, {}, {}, {}};
  by_config.obstacles.push_back(
      {Cause::auth_not_in_allow_users, {"file", "/etc/ssh/sshd_config", 9, {}}, {}, {}});
  Gate by_home{"auth/publickey", Stage::auth, GateResult::refuse, {}, {}, {}};
  by_home.obstacles.push_back({Cause::auth_home_writable, {"file", "/home/alice", 0, {}}, {}, {}});
  std::vector<Gate> gates{by_config, by_home, Gate{"x", Stage::auth, GateResult::refuse, {}, {}, {}}};
  hold_back_unread(bed.facts, gates);
  EXPECT_EQ(gates[0].result, GateResult::refuse);
  bed.facts.running.changed = {"/etc/ssh/sshd_config"};
  hold_back_unread(bed.facts, gates);
  EXPECT_EQ(gates[0].result, GateResult::unknown);
  EXPECT_EQ(gates[1].result, GateResult::refuse);
  EXPECT_EQ(gates[2].result, GateResult::refuse) << "without an obstacle there is nothing to hold back";
}

TEST_F(RunningGate, ASshdThatGreetsDoesNotMeetItsFilesUntilItsNextStart) {
  std::vector<Gate> gates{Gate{"service/config", Stage::service, GateResult::refuse, {}, {}, {}},
                          Gate{"service/privsep", Stage::service, GateResult::refuse, {}, {}, {}}};
  std::vector<Gate> down = gates;
  lift_for_running(bed.facts, down);
  EXPECT_EQ(down[0].result, GateResult::refuse) << "nobody listens: this may be why";
  listens("0.0.0.0", 22, "/usr/sbin/sshd");
  greets("0.0.0.0", Greeting::End::closed);
  std::vector<Gate> mute = gates;
  lift_for_running(bed.facts, mute);
  EXPECT_EQ(mute[0].result, GateResult::pass) << "it was read long ago";
  EXPECT_EQ(mute[1].result, GateResult::refuse) << "it is asked for at each connection";
  greets("0.0.0.0", Greeting::End::greeted, "SSH-2.0-OpenSSH_9.2p1");
  lift_for_running(bed.facts, gates);
  EXPECT_EQ(gates[1].result, GateResult::pass);
}

TEST_F(RunningGate, TheSocketsCountAndNotTheFile) {
  listens("127.0.0.1", 22, "/usr/sbin/sshd");
  greets("127.0.0.1", Greeting::End::greeted, "SSH-2.0-OpenSSH_9.2p1");
  EXPECT_EQ(judged(listen_gate).obstacles.at(0).cause, Cause::service_listen_loopback_only);
  listens("::", 22, "/usr/sbin/sshd");
  EXPECT_EQ(judged(listen_gate).obstacles.at(0).cause, Cause::service_listen_ipv6_only);
  bed.facts.running.sockets->back().v6_only = false;
  EXPECT_EQ(judged(listen_gate).result, GateResult::pass) << "a dual-stack socket of a socket unit";
}

}  // namespace
}  // namespace reentry
