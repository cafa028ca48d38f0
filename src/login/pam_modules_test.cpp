#include "login/pam_modules.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/login_bed.hpp"

namespace reentry {
namespace {

using testing::IsEmpty;
using testing_support::kToday;
using testing_support::LoginBed;

// Each expectation was borne out by a login against OpenSSH 9.2 and Linux-PAM 1.5.2 of Debian 12.

GateResult account(const LoginBed& bed) {
  return bed.pam_answer(PamCall::account).result;
}

Cause first_cause(const LoginBed& bed, PamCall call) {
  return bed.pam_answer(call).obstacles.at(0).cause;
}

GateResult with_access(const std::string& conf) {
  LoginBed bed;
  bed.pam("account required pam_access.so\n");
  bed.file("/etc/security/access.conf", conf);
  return account(bed);
}

TEST(PamAccess, TheFirstLineThatMatchesDecides) {
  EXPECT_EQ(with_access("+:alice:192.0.2.0/24\n-:ALL:ALL\n"), GateResult::pass);
  EXPECT_EQ(with_access("+:ALICE:192.0.2.\n-:ALL:ALL\n"), GateResult::pass);
  EXPECT_EQ(with_access("- : ALL EXCEPT (ops) : ALL\n"), GateResult::pass);
  EXPECT_EQ(with_access("-:ALL EXCEPT root:ALL\n"), GateResult::refuse);
  EXPECT_EQ(with_access("-:ops:ALL\n"), GateResult::refuse);
  EXPECT_EQ(with_access("-:ALL:LOCAL\n"), GateResult::pass);
  EXPECT_EQ(with_access("+:alice:198.51.100.1\n-:alice:ALL\n"), GateResult::refuse);
  EXPECT_EQ(with_access("-:bob:ALL\n"), GateResult::pass);
}

TEST(PamAccess, ItsOddities) {
  EXPECT_EQ(with_access("-:ALL:ALL"), GateResult::pass) << "no newline at the end";
  EXPECT_EQ(with_access(" -:ALL:ALL\n"), GateResult::pass) << "a blank in front";
  EXPECT_EQ(with_access("+:alice:0.0.0.0/0\n-:ALL:ALL\n"), GateResult::refuse) << "/0 is no mask at all";
  EXPECT_EQ(with_access("+:alice:localhost\n-:ALL:ALL\n"), GateResult::refuse);
  EXPECT_EQ(with_access("deny:alice:ALL\n-:alice\n"), GateResult::pass) << "lines that don't parse";
}

TEST(PamAccess, WhatDependsOnTheUnknownIsUnknown) {
  LoginBed bed;
  bed.pam("account required pam_access.so\n");
  bed.question.from.reset();
  bed.file("/etc/security/access.conf", "+:alice:10.0.0.0/8\n-:ALL:ALL\n");
  EXPECT_EQ(account(bed), GateResult::unknown);
  bed.file("/etc/security/access.conf", "-:alice:10.0.0.0/8\n-:ALL:ALL\n");
  EXPECT_EQ(account(bed), GateResult::refuse) << "refused from anywhere";
}

GateResult at_time(const std::string& rule) {
  LoginBed bed;
  bed.pam("account required pam_time.so\n");
  bed.file("/etc/security/time.conf", rule);
  return account(bed);
}

TEST(PamTime, ARuleThatFitsTheLoginAndNotTheHourRefuses) {
  // It is Saturday, 12:00.
  EXPECT_EQ(at_time("sshd;*;alice;!Al0000-2400\n"), GateResult::refuse);
  EXPECT_EQ(at_time("login|sshd;*;bob|al*;Wk0000-2400\n"), GateResult::refuse);
  EXPECT_EQ(at_time("sshd;ssh;alice;Wd1100-1300\n"), GateResult::pass);
  EXPECT_EQ(at_time("sshd;*;!alice;!Al0000-2400\n"), GateResult::pass);
  EXPECT_EQ(at_time("*;alice;!Al0000-2400\n"), GateResult::pass) << "three fields are no rule";
  EXPECT_EQ(at_time("sshd;*;alice;Al0000\n"), GateResult::pass) << "half a range counts as fitting";
  EXPECT_EQ(at_time("sshd;*;alice;xx\n"), GateResult::refuse) << "a day that is none fits never";
  EXPECT_EQ(at_time("sshd;*;alice;Fr2200-1300\n"), GateResult::pass) << "into the next day";
}

TEST(PamTime, WithoutATimeZoneOnlyWhatEveryZoneSaysIsSaid) {
  LoginBed bed;
  bed.pam("account required pam_time.so\n");
  bed.facts.pam.utc_offset = Missing{Why::malformed, "/etc/localtime", {}};
  bed.file("/etc/security/time.conf", "sshd;*;alice;Al1100-1300\n");
  EXPECT_EQ(account(bed), GateResult::unknown);
  bed.file("/etc/security/time.conf", "sshd;*;alice;Mo1100-1300\n");
  EXPECT_EQ(account(bed), GateResult::refuse);
}

GateResult expiry(LoginBed& bed, const std::string& days) {
  bed.shadow("alice:*:" + days + ":\n");
  return account(bed);
}

TEST(PamUnix, AccountExpiryIsADayEarlierThanSshdsOwn) {
  LoginBed bed;
  const auto day = [](std::int64_t offset) { return std::to_string(kToday + offset); };
  EXPECT_EQ(expiry(bed, "20000:0:99999:7::" + day(0)), GateResult::refuse);
  EXPECT_EQ(expiry(bed, "20000:0:99999:7::" + day(1)), GateResult::pass);
  EXPECT_EQ(expiry(bed, "20000:0:99999:7::0"), GateResult::refuse);
}

TEST(PamUnix, PasswordAgeAtItsBoundaries) {
  LoginBed bed;
  const auto judged = [&](std::int64_t age, const std::string& rest) {
    bed.shadow("alice:*:" + std::to_string(kToday - age) + ":0:" + rest + "::\n");
    const PamJudgement judgement = bed.pam_answer(PamCall::account);
    const bool change = judgement.result == GateResult::pass && judgement.change_required;
    return change ? std::string("change") : std::string(name_of(judgement.result));
  };
  EXPECT_EQ(judged(30, "30:7:"), "pass");
  EXPECT_EQ(judged(31, "30:7:"), "change");
  EXPECT_EQ(judged(40, "30:7:10"), "change");
  EXPECT_EQ(judged(41, "30:7:10"), "refuse");
  bed.facts.pam.version = PamVersion{1, 6, 0};
  EXPECT_EQ(judged(29, "30:7:"), "pass");
  EXPECT_EQ(judged(30, "30:7:"), "change");
  EXPECT_EQ(judged(40, "30:7:10"), "refuse");
  bed.facts.pam.version = Missing{};
  EXPECT_EQ(judged(40, "30:7:10"), "unknown") << "the version decides";
}

TEST(PamUnix, AnEmptyLastChangeIsVeryOldBefore16) {
  LoginBed bed;
  bed.shadow("alice:*::0:30:7:10::\n");
  EXPECT_EQ(account(bed), GateResult::refuse);
  bed.facts.pam.version = PamVersion{1, 6, 1};
  EXPECT_EQ(account(bed), GateResult::pass);
}

TEST(PamUnix, AMissingOrDamagedShadowLineRefuses) {
  LoginBed bed;
  bed.shadow("root:*:20000:0:99999:7:::\n");
  EXPECT_EQ(first_cause(bed, PamCall::account), Cause::account_shadow_missing);
  bed.shadow("alice:*:20000:0:99999:7:::\r\n");
  const Obstacle damaged = bed.pam_answer(PamCall::account).obstacles.at(0);
  EXPECT_EQ(damaged.at.line, 1U);
  EXPECT_EQ(damaged.detail("why"), "carriage return at the end of the line");
  bed.facts.accounts.shadow = Missing{Why::denied, "/etc/shadow", {}};
  EXPECT_EQ(account(bed), GateResult::unknown) << "we may not look";
}

TEST(PamNologin, ExemptsRootAlone) {
  LoginBed bed;
  bed.pam("account required pam_nologin.so\naccount required pam_permit.so\n");
  bed.file("/var/run/nologin", "booting\n");
  EXPECT_EQ(first_cause(bed, PamCall::account), Cause::account_nologin);
  bed.question.user = "root";
  EXPECT_EQ(account(bed), GateResult::pass);
}

TEST(PamShells, WantsTheWholeLine) {
  LoginBed bed;
  bed.pam("account required pam_shells.so\n");
  bed.file("/etc/shells", "# shells\n/bin/bash\n");
  EXPECT_EQ(account(bed), GateResult::pass);
  bed.file("/etc/shells", "/bin/bash \n");
  EXPECT_EQ(first_cause(bed, PamCall::account), Cause::account_pam_shells);
  bed.file("/etc/shells", "/bin/bash\n", 0666);
  EXPECT_EQ(account(bed), GateResult::refuse);
  bed.missing("/etc/shells");
  EXPECT_EQ(account(bed), GateResult::refuse);
}

TEST(PamListfile, SensesItemsAndErrors) {
  LoginBed bed;
  const auto judged = [&](const std::string& arguments) {
    bed.pam("account required pam_listfile.so " + arguments + "\n");
    return account(bed);
  };
  bed.file("/etc/list", "bob\r\nalice\r\n");
  EXPECT_EQ(judged("item=user sense=allow file=/etc/list onerr=fail"), GateResult::pass);
  EXPECT_EQ(judged("item=user sense=deny file=/etc/list onerr=fail"), GateResult::refuse);
  EXPECT_EQ(judged("item=group sense=allow file=/etc/list onerr=fail"), GateResult::pass);
  EXPECT_EQ(judged("item=ruser sense=allow file=/etc/list onerr=fail"), GateResult::refuse);
  EXPECT_EQ(judged("item=user sense=allow onerr=fail"), GateResult::refuse) << "no file named";
  bed.missing("/etc/list");
  EXPECT_EQ(judged("item=user sense=allow file=/etc/list onerr=succeed"), GateResult::pass);
  EXPECT_EQ(judged("item=user sense=allow file=/etc/list onerr=fail"), GateResult::refuse);
  bed.file("/etc/list", "alice\n", 0666);
  EXPECT_EQ(judged("item=user sense=allow file=/etc/list onerr=succeed"), GateResult::refuse)
      << "world-writable";
}

TEST(PamSucceedIf, Conditions) {
  LoginBed bed;
  const auto judged = [&](const std::string& condition) {
    bed.pam("account required pam_succeed_if.so quiet " + condition + "\n");
    return account(bed);
  };
  EXPECT_EQ(judged("uid >= 1000"), GateResult::pass);
  EXPECT_EQ(judged("uid < 1000"), GateResult::refuse);
  EXPECT_EQ(judged("use_uid uid = 0"), GateResult::pass);
  EXPECT_EQ(judged("user ingroup staff:ops"), GateResult::pass);
  EXPECT_EQ(judged("user ingroup staff"), GateResult::refuse);
  EXPECT_EQ(judged("user =~ al* shell notin /bin/false"), GateResult::pass);
  EXPECT_EQ(judged("user in bob:alicex"), GateResult::refuse);
  EXPECT_EQ(judged("rhost = 192.0.2.7 tty = ssh service = sshd"), GateResult::pass);
  EXPECT_EQ(judged("user ingroup"), GateResult::refuse) << "incomplete";
  EXPECT_EQ(judged("nonsense = 1"), GateResult::refuse);
}

std::string tally_of(int records, std::int64_t time, std::uint16_t status = 1) {
  std::string record(64, '\0');
  record[54] = static_cast<char>(status);
  for (int i = 0; i < 8; ++i)
    record[static_cast<std::size_t>(56 + i)] = static_cast<char>(time >> (8 * i) & 0xff);
  std::string bytes;
  for (int i = 0; i < records; ++i) bytes += record;
  return bytes;
}

TEST(PamFaillock, RefusesPasswordsWhileTheTallyIsFull) {
  LoginBed bed;
  bed.pam(
      "auth required pam_faillock.so preauth\nauth required pam_unix.so\naccount required pam_faillock.so\n");
  bed.missing("/etc/security/faillock.conf");
  bed.facts.pam.tally_directories = {HostPath("/var/run/faillock")};
  const auto judged = [&](const std::string& bytes) {
    bed.file("/var/run/faillock/alice", bytes);
    return bed.pam_answer(PamCall::authenticate).result;
  };
  const std::int64_t now = bed.facts.now;
  EXPECT_EQ(bed.pam_answer(PamCall::authenticate).result, GateResult::pass) << "no tally";
  EXPECT_EQ(judged(tally_of(3, now)), GateResult::refuse);
  EXPECT_EQ(first_cause(bed, PamCall::authenticate), Cause::auth_password_faillock);
  EXPECT_EQ(account(bed), GateResult::pass) << "the account call only resets";
  EXPECT_EQ(judged(tally_of(2, now)), GateResult::pass);
  EXPECT_EQ(judged(tally_of(3, now - 700)), GateResult::pass) << "unlocked after 600 seconds";
  EXPECT_EQ(judged(tally_of(5, now, 2)), GateResult::pass) << "records that are not valid";
  bed.file("/etc/security/faillock.conf", "unlock_time = 0\n");
  EXPECT_EQ(judged(tally_of(3, now - 864000)), GateResult::refuse);
}

GateResult with_limits(LoginBed& bed, const std::string& conf) {
  bed.pam("session required pam_limits.so\n");
  bed.missing("/run/utmp");
  bed.file("/etc/security/limits.conf", conf);
  return bed.pam_answer(PamCall::open_session).result;
}

TEST(PamLimits, WhatKeepsASessionFromComingUp) {
  LoginBed bed;
  EXPECT_EQ(with_limits(bed, "* hard maxlogins 0\n"), GateResult::refuse);
  EXPECT_EQ(with_limits(bed, "* hard maxlogins 0\nalice - maxlogins 3\n"), GateResult::pass);
  EXPECT_EQ(with_limits(bed, "* hard maxlogins 0\nalice -\n"), GateResult::pass) << "exempt";
  EXPECT_EQ(with_limits(bed, "@ops soft nproc 0\n"), GateResult::refuse);
  EXPECT_EQ(with_limits(bed, "alice hard nproc 2\n"), GateResult::pass);
  EXPECT_EQ(with_limits(bed, "1000: hard nproc 1\n"), GateResult::refuse);
  EXPECT_EQ(with_limits(bed, "alice hard nofile 3\n"), GateResult::refuse);
  EXPECT_EQ(with_limits(bed, "alice hard core 0\nalice nonsense nproc 0\n"), GateResult::pass);
  bed.missing("/etc/security/limits.conf");
  EXPECT_EQ(bed.pam_answer(PamCall::open_session).result, GateResult::refuse);
}

TEST(PamLimits, RootMayLogInAsOftenAsHeLikes) {
  LoginBed bed;
  bed.question.user = "root";
  EXPECT_EQ(with_limits(bed, "* hard maxlogins 0\nroot hard nproc 0\n"), GateResult::pass);
}

TEST(PamUsertype, ReadsLoginDefs) {
  LoginBed bed;
  bed.pam("account required pam_usertype.so isregular\n");
  EXPECT_EQ(account(bed), GateResult::pass);
  bed.facts.accounts.login_defs["SYS_UID_MAX"] = "2000";
  EXPECT_EQ(account(bed), GateResult::refuse);
}

}  // namespace
}  // namespace reentry
