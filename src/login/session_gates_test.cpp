#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "facts/program_head.hpp"
#include "login/gates.hpp"
#include "login/usable_shell.hpp"
#include "support/login_bed.hpp"

namespace reentry {
namespace {

using testing_support::LoginBed;

// Logins by password: what a key forces is the key judges' matter. Each expectation was borne out by
// OpenSSH 9.2.
class SessionTest : public testing::Test {
 protected:
  SessionTest() { bed.question.kind = CredentialKind::password; }

  Gate gate(std::string_view id) const {
    return bed.judge([id](const GateInput& input) { return LoginBed::gate(session_gates(input), id); });
  }
  Cause cause(std::string_view id) const { return gate(id).obstacles.at(0).cause; }

  LoginBed bed;
};

TEST_F(SessionTest, AHealthyHostRefusesNowhere) {
  const auto gates = bed.judge([](const GateInput& input) { return session_gates(input); });
  for (const Gate& entry : gates) {
    EXPECT_TRUE(entry.result == GateResult::pass || entry.result == GateResult::skipped) << entry.id;
    EXPECT_TRUE(entry.obstacles.empty()) << entry.id;
  }
}

TEST_F(SessionTest, PamMustOpenTheSession) {
  bed.pam("session required pam_gone.so\n");
  EXPECT_EQ(cause("session/pam"), Cause::session_pam_module_missing);
  bed.pam("session required pam_deny.so\n");
  EXPECT_EQ(cause("session/pam"), Cause::session_pam_denies);
  bed.sshd_config("UsePAM no\n");
  EXPECT_EQ(gate("session/pam").result, GateResult::skipped);
}

TEST_F(SessionTest, NologinCountsHereWithUsePamNoOnly) {
  bed.file("/etc/nologin", "maintenance\n");
  EXPECT_EQ(gate("session/nologin").result, GateResult::skipped);
  bed.sshd_config("UsePAM no\n");
  EXPECT_EQ(cause("session/nologin"), Cause::session_nologin_file);
  bed.question.user = "root";
  EXPECT_EQ(gate("session/nologin").result, GateResult::pass);
}

TEST_F(SessionTest, MaxSessionsZeroOpensNothing) {
  bed.sshd_config("MaxSessions 0\n");
  EXPECT_EQ(cause("session/channel"), Cause::session_max_sessions_zero);
}

TEST_F(SessionTest, EveryDirectoryOfAChrootMustBeRootsAlone) {
  bed.sshd_config("ChrootDirectory /srv/%u\n");
  bed.directory("/");
  bed.directory("/srv");
  bed.directory("/srv/alice");
  bed.program("/srv/alice/bin/bash");
  EXPECT_EQ(gate("session/chroot").result, GateResult::pass);
  EXPECT_EQ(gate("session/shell").result, GateResult::pass);
  bed.missing("/srv/alice/bin/bash");
  EXPECT_EQ(cause("session/shell"), Cause::session_chroot_no_shell);
  bed.directory("/srv", 0775);
  EXPECT_EQ(cause("session/chroot"), Cause::session_chroot_ownership);
  bed.directory("/srv", 0755, 1000);
  const Gate owned = gate("session/chroot");
  EXPECT_EQ(owned.obstacles.at(0).detail("why"), "owner");
  bed.missing("/srv");
  EXPECT_EQ(cause("session/chroot"), Cause::session_chroot_missing);
  bed.sshd_config("ChrootDirectory none\n");
  EXPECT_EQ(gate("session/chroot").result, GateResult::pass);
}

TEST_F(SessionTest, ForcedCommands) {
  bed.sshd_config("ForceCommand internal-sftp\n");
  EXPECT_EQ(cause("session/command"), Cause::session_forced_command);
  bed.question.asked = false;
  EXPECT_EQ(gate("session/command").result, GateResult::pass) << "an sftp account that nobody asked about";
  bed.question.asked = true;
  bed.sshd_config("ForceCommand /opt/wrapper\n");
  bed.missing("/opt/wrapper");
  EXPECT_EQ(cause("session/command"), Cause::session_forced_command_fails);
  bed.file("/opt/wrapper", "#!/bin/bash\nexec bash -c \"$SSH_ORIGINAL_COMMAND\"\n", 0755);
  EXPECT_EQ(gate("session/command").result, GateResult::pass);
  bed.sshd_config("ForceCommand none\n");
  EXPECT_EQ(gate("session/command").result, GateResult::pass);
}

TEST_F(SessionTest, ShellsThatEndTheSession) {
  for (const char* shell : {"/usr/sbin/nologin", "/bin/false", "/bin/sync", "/usr/bin/git-shell"}) {
    EXPECT_TRUE(is_nologin_shell(shell)) << shell;
  }
  EXPECT_FALSE(is_nologin_shell("/bin/bash"));
  bed.passwd("alice:x:1000:1000::/home/alice:/bin/false\n");
  EXPECT_EQ(cause("session/shell"), Cause::session_nologin_shell);
}

// The loader runs as the user: what root can read is not enough.
TEST_F(SessionTest, ShellsThatTheLoaderEnds) {
  bed.program("/bin/bash");
  const auto judged = [&] { return std::string(gate("session/shell").obstacles.at(0).detail("why")); };
  ProgramLoad load;
  const auto library = [&](std::uint32_t mode) {
    bed.file("/lib/libtinfo.so.6", "x", mode);
    return bed.facts.paths.find(HostPath("/lib/libtinfo.so.6"))->path;
  };
  load.libraries = {library(0600)};
  bed.facts.loads["/bin/bash"] = load;
  EXPECT_EQ(judged(), "library unreadable");
  EXPECT_EQ(gate("session/shell").obstacles.at(0).detail("path"), "/lib/libtinfo.so.6");
  load.libraries = {library(0644)};
  bed.facts.loads["/bin/bash"] = load;
  EXPECT_EQ(gate("session/shell").result, GateResult::pass);
  load.unknown.push_back({Why::denied, "/lib/libtinfo.so.6", {}});
  bed.facts.loads["/bin/bash"] = load;
  EXPECT_EQ(gate("session/shell").result, GateResult::unknown);
  load.faults.push_back({LibraryProblem::missing, "libtinfo.so.6", {}, {}, "/bin/bash", "/bin/bash", {}});
  bed.facts.loads["/bin/bash"] = load;
  EXPECT_EQ(judged(), "not loadable");
}

TEST_F(SessionTest, ShellsThatExecveRefuses) {
  const auto judged = [&] { return std::string(gate("session/shell").obstacles.at(0).detail("why")); };
  bed.file("/bin/bash", "#!/opt/gone\n", 0755);
  bed.missing("/opt/gone");
  EXPECT_EQ(judged(), "interpreter missing");
  bed.file("/bin/bash", "exec sh\n", 0755);
  EXPECT_EQ(judged(), "not a program");
  bed.file("/bin/bash", "", 0755);
  EXPECT_EQ(judged(), "not a program");
  bed.program("/bin/bash", 0700);
  EXPECT_EQ(judged(), "not executable") << "for alice";
}

TEST_F(SessionTest, BashrcEndsTheSessionOnlyOutsideOfBlocksAndGuards) {
  const auto judged = [&](const std::string& text) {
    bed.file("/home/alice/.bashrc", text);
    return gate("session/user-rc").result;
  };
  EXPECT_EQ(judged("# c\nexit 0\n"), GateResult::refuse);
  EXPECT_EQ(judged("exec /usr/bin/fish\n"), GateResult::refuse);
  EXPECT_EQ(judged("exec 3>/dev/null\n"), GateResult::pass);
  EXPECT_EQ(judged("case $- in\n *i*) ;;\n *) return;;\nesac\nexit 1\n"), GateResult::pass);
  EXPECT_EQ(judged("if [ -n \"$PS1\" ]; then\n exit 1\nfi\n"), GateResult::pass);
  EXPECT_EQ(judged("if true; then\n :\nfi\nexit 1\n"), GateResult::refuse);
  bed.passwd("alice:x:1000:1000::/home/alice:/bin/dash\n");
  EXPECT_EQ(judged("exit 0\n"), GateResult::skipped);
}

TEST_F(SessionTest, WhatRefusesNobodyIsToldAllTheSame) {
  bed.sshd_config("UsePAM yes\n");
  const Gate sftp = gate("session/sftp");
  EXPECT_EQ(sftp.result, GateResult::pass);
  EXPECT_EQ(sftp.obstacles.at(0).cause, Cause::session_sftp_subsystem);
  bed.sshd_config("Subsystem sftp /usr/libexec/sftp-server\n");
  bed.missing("/usr/libexec/sftp-server");
  const Gate wrong_path = gate("session/sftp");
  EXPECT_EQ(wrong_path.obstacles.at(0).detail("program"), "/usr/libexec/sftp-server");
  bed.missing("/home/alice");
  EXPECT_EQ(gate("session/home").result, GateResult::pass);
  EXPECT_EQ(cause("session/home"), Cause::session_home_missing);
}

TEST(ProgramHead, ReadsInterpreters) {
  EXPECT_EQ(parse_program_head("").kind, ProgramKind::empty);
  EXPECT_EQ(parse_program_head("#! /bin/sh -e\n").interpreter, "/bin/sh");
  EXPECT_EQ(parse_program_head("#!/bin/sh\r\n").interpreter, "/bin/sh\r");
  EXPECT_EQ(parse_program_head("#!\n").kind, ProgramKind::foreign);
  EXPECT_EQ(parse_program_head("echo\n").kind, ProgramKind::foreign);
}

}  // namespace
}  // namespace reentry
