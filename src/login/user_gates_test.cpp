#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "login/gates.hpp"
#include "support/login_bed.hpp"

namespace reentry {
namespace {

using testing_support::kToday;
using testing_support::LoginBed;

Gate gate(const LoginBed& bed, std::string_view id) {
  return bed.judge([id](const GateInput& input) { return LoginBed::gate(user_gates(input), id); });
}

Cause cause(const LoginBed& bed, std::string_view id) {
  return gate(bed, id).obstacles.at(0).cause;
}

TEST(UserGate, AMissingUserIsNamedWithWhoComesNear) {
  LoginBed bed;
  bed.question.user = "Alice";
  const Gate missing = gate(bed, "auth/user");
  EXPECT_EQ(missing.result, GateResult::refuse);
  EXPECT_EQ(missing.obstacles[0].cause, Cause::auth_user_missing);
  EXPECT_EQ(missing.obstacles[0].detail("similar"), "alice");
}

TEST(UserGate, ADirectoryMayKnowMore) {
  LoginBed bed;
  bed.question.user = "bob";
  bed.facts.accounts.nss_passwd.services = {"files", "sss"};
  EXPECT_EQ(gate(bed, "auth/user").result, GateResult::unknown);
  bed.facts.accounts.nss_passwd.inert = {"sss"};
  EXPECT_EQ(gate(bed, "auth/user").result, GateResult::refuse);
}

TEST(UserGate, WithoutFilesNobodyExists) {
  LoginBed bed;
  bed.facts.accounts.nss_passwd.services = {"sss"};
  bed.facts.accounts.nss_passwd.inert = {"sss"};
  EXPECT_EQ(cause(bed, "auth/user"), Cause::system_nsswitch);
}

TEST(UserGate, ADamagedLineAndAnEmptyFileAreDifferentThings) {
  LoginBed bed;
  bed.passwd("root:x:0:0::/root:/bin/sh\nalice:x:abc:1000::/home/alice:/bin/bash\n");
  EXPECT_EQ(cause(bed, "auth/user"), Cause::auth_user_unresolvable);
  bed.passwd("");
  EXPECT_EQ(cause(bed, "auth/user"), Cause::system_passwd_unreadable);
  bed.facts.accounts.passwd = Missing{Why::denied, "/etc/passwd", {}};
  bed.facts.accounts.index();
  EXPECT_EQ(gate(bed, "auth/user").result, GateResult::unknown);
}

TEST(AccountState, LocksCountWithUsePamNoOnly) {
  LoginBed bed;
  bed.shadow("alice:!$6$x$y:20000:0:99999:7:::\n");
  EXPECT_EQ(gate(bed, "auth/account-state").result, GateResult::skipped);
  bed.sshd_config("UsePAM no\n");
  EXPECT_EQ(cause(bed, "auth/account-state"), Cause::auth_account_locked);
  bed.shadow("alice:*:20000:0:99999:7:::\n");
  EXPECT_EQ(gate(bed, "auth/account-state").result, GateResult::pass);
  bed.shadow("alice:*:20000:0:99999:7::" + std::to_string(kToday) + ":\n");
  EXPECT_EQ(gate(bed, "auth/account-state").result, GateResult::pass)
      << "sshd refuses a day later than pam_unix";
  bed.shadow("alice:*:20000:0:99999:7::" + std::to_string(kToday - 1) + ":\n");
  EXPECT_EQ(cause(bed, "auth/account-state"), Cause::auth_account_expired_no_pam);
}

TEST(ShellGate, MissingNotExecutableAndSpoiltByACarriageReturn) {
  LoginBed bed;
  EXPECT_EQ(gate(bed, "auth/shell").result, GateResult::pass);
  bed.program("/bin/bash", 0644);
  EXPECT_EQ(cause(bed, "auth/shell"), Cause::auth_shell_not_executable);
  bed.passwd("alice:x:1000:1000::/home/alice:/bin/bash\r\n");
  EXPECT_EQ(gate(bed, "auth/shell").result, GateResult::unknown) << "nobody looked there";
  bed.missing("/bin/bash\r");
  const Gate spoilt = gate(bed, "auth/shell");
  EXPECT_EQ(spoilt.obstacles.at(0).cause, Cause::auth_shell_missing);
  EXPECT_EQ(spoilt.obstacles.at(0).detail("carriage_return"), "yes");
}

TEST(ShellGate, AChrootSkipsIt) {
  LoginBed bed;
  bed.missing("/bin/bash");
  bed.sshd_config("ChrootDirectory /srv\n");
  EXPECT_EQ(gate(bed, "auth/shell").result, GateResult::skipped);
}

GateResult lists(const std::string& config, bool with_from = true) {
  LoginBed bed;
  if (!with_from) bed.question.from.reset();
  bed.sshd_config(config);
  return gate(bed, "auth/allow-deny").result;
}

TEST(AllowLists, AsSshdMatchesThem) {
  EXPECT_EQ(lists("AllowUsers bob al?ce\n"), GateResult::pass);
  EXPECT_EQ(lists("AllowUsers bob,alice\n"), GateResult::refuse);
  EXPECT_EQ(lists("AllowUsers !bob\n"), GateResult::refuse);
  EXPECT_EQ(lists("AllowUsers Alice\n"), GateResult::refuse);
  EXPECT_EQ(lists("AllowUsers alice@192.0.2.0/24\n"), GateResult::pass);
  EXPECT_EQ(lists("AllowUsers alice@!192.0.2.7,*\n"), GateResult::refuse);
  EXPECT_EQ(lists("AllowUsers alice@localhost\n"), GateResult::refuse);
  EXPECT_EQ(lists("DenyUsers al*\nAllowUsers alice\n"), GateResult::refuse);
  EXPECT_EQ(lists("AllowGroups ops\n"), GateResult::pass);
  EXPECT_EQ(lists("AllowGroups sudo\n"), GateResult::refuse);
  EXPECT_EQ(lists("DenyGroups op*\n"), GateResult::refuse);
  EXPECT_EQ(lists("AllowUsers alice@192.0.2.0/24\n", false), GateResult::unknown);
  EXPECT_EQ(lists("AllowUsers alice@192.0.2.0/24 alice\n", false), GateResult::pass);
}

TEST(AllowLists, EveryListThatRefusesIsNamed) {
  LoginBed bed;
  bed.sshd_config("AllowUsers bob\nAllowGroups sudo\n");
  const Gate refused = gate(bed, "auth/allow-deny");
  ASSERT_EQ(refused.obstacles.size(), 2U);
  EXPECT_EQ(refused.obstacles[0].cause, Cause::auth_not_in_allow_users);
  EXPECT_EQ(refused.obstacles[0].at.line, 1U);
  EXPECT_EQ(refused.obstacles[1].cause, Cause::auth_not_in_allow_groups);
}

TEST(AllowLists, GroupsOfADirectoryAreUnknown) {
  LoginBed bed;
  bed.facts.accounts.nss_group.services = {"files", "sss"};
  bed.sshd_config("AllowGroups domain_admins\n");
  EXPECT_EQ(gate(bed, "auth/allow-deny").result, GateResult::unknown);
  bed.sshd_config("AllowGroups ops\n");
  EXPECT_EQ(gate(bed, "auth/allow-deny").result, GateResult::pass);
}

TEST(RefuseConnection, From99On) {
  LoginBed bed;
  bed.facts.ssh.version = {9, 9, 1};
  bed.sshd_config("RefuseConnection yes\n");
  EXPECT_EQ(cause(bed, "auth/refuse-connection"), Cause::auth_connection_refused_by_config);
}

}  // namespace
}  // namespace reentry
