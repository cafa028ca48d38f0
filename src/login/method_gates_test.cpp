#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "login/gates.hpp"
#include "login/password_hash.hpp"
#include "login/replay.hpp"
#include "support/login_bed.hpp"

namespace reentry {
namespace {

using testing_support::kToday;
using testing_support::LoginBed;

Gate methods(const LoginBed& bed) {
  return bed.judge(
      [](const GateInput& input) { return LoginBed::gate(method_gates(input), "auth/methods"); });
}

Gate password(const LoginBed& bed) {
  return bed.judge([](const GateInput& input) { return password_gate(input); });
}

TEST(Methods, AuthenticationMethodsMayWantMoreThanOneKey) {
  LoginBed bed;
  const auto judged = [&](const std::string& config, CredentialKind kind) {
    bed.sshd_config(config);
    bed.question.kind = kind;
    return methods(bed).result;
  };
  EXPECT_EQ(judged("AuthenticationMethods any\n", CredentialKind::key), GateResult::pass);
  EXPECT_EQ(judged("AuthenticationMethods publickey,password\n", CredentialKind::key), GateResult::refuse);
  EXPECT_EQ(judged("AuthenticationMethods publickey,password\n", CredentialKind::any), GateResult::pass);
  EXPECT_EQ(judged("AuthenticationMethods publickey,publickey\n", CredentialKind::key), GateResult::refuse);
  EXPECT_EQ(judged("AuthenticationMethods password\n", CredentialKind::key), GateResult::refuse);
  EXPECT_EQ(judged("AuthenticationMethods keyboard-interactive:pam\n", CredentialKind::password),
            GateResult::pass);
  EXPECT_EQ(judged("AuthenticationMethods publickey,password publickey\nPasswordAuthentication no\n",
                   CredentialKind::key),
            GateResult::pass)
      << "the list with a disabled method is passed over";
}

TEST(Methods, NothingLeftAndNoTries) {
  LoginBed bed;
  bed.sshd_config("PubkeyAuthentication no\nPasswordAuthentication no\nKbdInteractiveAuthentication no\n");
  EXPECT_EQ(methods(bed).obstacles.at(0).cause, Cause::auth_no_method_enabled);
  bed.sshd_config("MaxAuthTries 0\n");
  EXPECT_EQ(methods(bed).obstacles.at(0).cause, Cause::auth_max_tries_zero);
}

TEST(Password, ThroughPam) {
  LoginBed bed;
  EXPECT_EQ(password(bed).result, GateResult::pass);
  bed.shadow("alice:!:20000:0:99999:7:::\n");
  EXPECT_EQ(password(bed).obstacles.at(0).cause, Cause::auth_password_locked);
  bed.pam("auth required pam_gone.so\nauth required pam_permit.so\n");
  EXPECT_EQ(password(bed).obstacles.at(0).cause, Cause::auth_pam_stack_denies);
}

TEST(Password, SwitchedOffUnlessKeyboardInteractiveStandsIn) {
  LoginBed bed;
  bed.sshd_config("UsePAM yes\nPasswordAuthentication no\nKbdInteractiveAuthentication no\n");
  EXPECT_EQ(password(bed).obstacles.at(0).cause, Cause::auth_password_off);
  bed.sshd_config("UsePAM yes\nPasswordAuthentication no\nKbdInteractiveAuthentication yes\n");
  EXPECT_EQ(password(bed).result, GateResult::pass);
  bed.sshd_config("UsePAM no\nPasswordAuthentication no\nKbdInteractiveAuthentication yes\n");
  EXPECT_EQ(password(bed).result, GateResult::refuse) << "nothing stands behind it";
}

TEST(Password, EmptyOnes) {
  LoginBed bed;
  bed.shadow("alice::20000:0:99999:7:::\n");
  bed.pam("auth required pam_unix.so nullok\n");
  EXPECT_EQ(password(bed).obstacles.at(0).cause, Cause::auth_password_empty);
  bed.sshd_config("UsePAM yes\nPermitEmptyPasswords yes\n");
  EXPECT_EQ(password(bed).result, GateResult::pass);
}

TEST(Password, AnAgedOneWithUsePamNoMustBeChanged) {
  LoginBed bed;
  bed.sshd_config("UsePAM no\n");
  bed.shadow("alice:*:" + std::to_string(kToday - 31) + ":0:30:7:::\n");
  const auto account = [&] {
    return bed.judge(
        [](const GateInput& input) { return LoginBed::gate(account_gates(input), "account/pam"); });
  };
  EXPECT_EQ(account().result, GateResult::skipped) << "a key login never asks";
  bed.question.kind = CredentialKind::password;
  EXPECT_EQ(account().obstacles.at(0).cause, Cause::account_password_change_required);
}

TEST(PasswordHash, WhatCanMatchAtAll) {
  const Known<bool> modern = true;
  const Known<bool> old = false;
  EXPECT_EQ(state_of_hash("", modern), HashState::empty);
  EXPECT_EQ(state_of_hash("!$6$a$b", modern), HashState::locked);
  EXPECT_EQ(state_of_hash("*", modern), HashState::locked);
  EXPECT_EQ(state_of_hash("x", modern), HashState::locked);
  EXPECT_EQ(state_of_hash("$6$salt$" + std::string(86, 'a'), old), HashState::usable);
  EXPECT_EQ(state_of_hash("$6$salt$" + std::string(80, 'a'), old), HashState::damaged);
  EXPECT_EQ(state_of_hash("$y$j9T$salt$" + std::string(43, 'a'), modern), HashState::usable);
  EXPECT_EQ(state_of_hash("$y$j9T$salt$" + std::string(43, 'a'), old), HashState::unsupported);
  EXPECT_EQ(state_of_hash("$y$j9T$salt$" + std::string(43, 'a'), Missing{}), HashState::unknown);
  EXPECT_EQ(state_of_hash("$9$saltsalt$abcdefghijklmnopqrstuv", modern), HashState::unsupported);
  EXPECT_EQ(state_of_hash("$2b$05$" + std::string(53, 'a'), modern), HashState::usable);
  EXPECT_EQ(state_of_hash("abJnggxhB/yWI", modern), HashState::usable);
  EXPECT_EQ(state_of_hash("$6$blanked-by-reentry", modern), HashState::usable);
}

TEST(HostLogins, RootAndWhoHasACredentialAndAShell) {
  LoginBed bed;
  bed.passwd(
      "root:x:0:0::/root:/bin/bash\nalice:x:1000:1000::/home/alice:/bin/bash\nbob:x:1001:1001::/home/bob:/"
      "bin/bash\n"
      "web:x:33:33::/var/www:/usr/sbin/nologin\ncarol:x:1002:1002::/home/carol:/bin/bash\n"
      "alice:x:9:9::/:/bin/bash\n");
  bed.shadow("alice:$6$a$" + std::string(86, 'x') +
             ":::::::\nbob:!:::::::\ncarol:!:::::::\nweb:$1$a$b:::::::\n");
  bed.file("/home/carol/.ssh/authorized_keys", "ssh-ed25519 AAAA broken\n");
  std::vector<std::string> names;
  for (const LoginQuestion& question : host_logins(bed.facts)) names.push_back(question.user);
  EXPECT_THAT(names, testing::ElementsAre("root", "alice", "carol"));
}

}  // namespace
}  // namespace reentry
