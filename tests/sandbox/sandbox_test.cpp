// A root that means harm, and a program of it that runs in a sandbox.
#include "host/sandbox.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace reentry {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using ::testing::HasSubstr;
using ::testing::Not;

class SandboxTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root";
    root_ = fs::path(::testing::TempDir()) / ("sandbox-" + std::to_string(::getpid()));
    fs::create_directories(root_ / "etc/ssh");
    fs::create_directories(root_ / "usr/sbin");
    fs::create_directory_symlink("usr/sbin", root_ / "sbin");
    fs::copy_file(HOSTILE_PROGRAM, root_ / "usr/sbin/sshd");
    write("etc/passwd", "root:x:0:0::/root:/bin/sh\n");
    write("etc/ssh/key", "secret\n");
  }
  void TearDown() override { fs::remove_all(root_); }

  void write(const std::string& name, const std::string& text) { std::ofstream(root_ / name) << text; }

  SandboxRun run(std::vector<std::string> words) {
    SandboxRun out;
    out.root = root_.string();
    out.program = "/sbin/sshd";
    out.arguments = std::move(words);
    out.arguments.insert(out.arguments.begin(), "/sbin/sshd");
    out.limit = milliseconds(3000);
    return out;
  }

  fs::path root_;
};

TEST_F(SandboxTest, NothingThatItTriesGetsThrough) {
  const SandboxAnswer answer = run_in_sandbox(run({"try"}));
  ASSERT_EQ(answer.end, SandboxAnswer::End::exited) << answer.why_not.en;
  EXPECT_THAT(answer.said, HasSubstr("setuid: no"));  // the last attempt was made
  EXPECT_THAT(answer.said, Not(HasSubstr("YES")));
  EXPECT_FALSE(fs::exists(root_ / "etc/reentry-was-here"));
}

TEST_F(SandboxTest, ItReadsWhatSshdCouldRead) {
  ::chmod((root_ / "etc/ssh/key").c_str(), 0);
  ASSERT_EQ(::chown((root_ / "etc/ssh/key").c_str(), 1234, 1234), 0);
  const SandboxAnswer answer = run_in_sandbox(run({"read", "/etc/ssh/key"}));
  ASSERT_EQ(answer.end, SandboxAnswer::End::exited) << answer.why_not.en;
  EXPECT_EQ(answer.said, "/etc/ssh/key: secret\n 0000 1234\n");
}

TEST_F(SandboxTest, ItEndsInTime) {
  for (const char* what : {"sleep", "spin"}) {
    SandboxRun wanted = run({what});
    wanted.limit = milliseconds(300);
    const auto begin = std::chrono::steady_clock::now();
    const SandboxAnswer answer = run_in_sandbox(wanted);
    EXPECT_EQ(answer.end, SandboxAnswer::End::too_long) << what;
    EXPECT_LT(std::chrono::steady_clock::now() - begin, milliseconds(2000)) << what;
  }
}

TEST_F(SandboxTest, ItSaysNoMoreThanIsAsked) {
  const SandboxAnswer answer = run_in_sandbox(run({"print"}));
  EXPECT_EQ(answer.end, SandboxAnswer::End::too_much);
  EXPECT_EQ(answer.said.size(), std::size_t{64} << 10U);
}

TEST_F(SandboxTest, ItKillsNobody) {
  const SandboxAnswer answer = run_in_sandbox(run({"kill"}));
  EXPECT_EQ(answer.end, SandboxAnswer::End::exited);
  EXPECT_EQ(answer.said, "still here\n");
}

TEST_F(SandboxTest, ItTakesNoMoreMemoryThanItMay) {
  const SandboxAnswer answer = run_in_sandbox(run({"memory"}));
  ASSERT_EQ(answer.end, SandboxAnswer::End::exited);
  EXPECT_EQ(answer.status, 3);
  EXPECT_LT(std::stoi(answer.said), 512);
}

TEST_F(SandboxTest, ACrashIsACrash) {
  const SandboxAnswer answer = run_in_sandbox(run({"crash"}));
  EXPECT_EQ(answer.end, SandboxAnswer::End::killed);
}

TEST_F(SandboxTest, WhatCannotStartIsNotRun) {
  SandboxRun wanted = run({});
  wanted.program = "/usr/sbin/nothing";
  const SandboxAnswer answer = run_in_sandbox(wanted);
  EXPECT_EQ(answer.end, SandboxAnswer::End::not_run);
  EXPECT_THAT(answer.why_not.en, HasSubstr("No such file"));
}

TEST_F(SandboxTest, PretencesAreSeenAndTheDiskStaysAsItIs) {
  SandboxRun wanted =
      run({"read", "/etc/passwd", "/etc/ssh/key", "/etc/ssh/new", "/etc/new/file", "/run/sshd"});
  wanted.pretences = {
      {Pretence::Kind::file, HostPath("/etc/passwd"), "other\n", 0640, 12, 0},
      {Pretence::Kind::gone, HostPath("/etc/ssh/key"), {}, 0, 0, 0},
      {Pretence::Kind::file, HostPath("/etc/ssh/new"), "made\n", 0600, 0, 0},
      {Pretence::Kind::directory, HostPath("/etc/new"), {}, 0711, 0, 0},
      {Pretence::Kind::file, HostPath("/etc/new/file"), "deep\n", 0644, 0, 0},
  };
  wanted.run_directories = {HostPath("/run/sshd"), HostPath("/etc/not-there")};
  const SandboxAnswer answer = run_in_sandbox(wanted);
  ASSERT_EQ(answer.end, SandboxAnswer::End::exited) << answer.why_not.en;
  EXPECT_THAT(answer.said, HasSubstr("/etc/passwd: other\n 0640 12\n"));
  EXPECT_THAT(answer.said, HasSubstr("/etc/ssh/key: No such file or directory"));
  EXPECT_THAT(answer.said, HasSubstr("/etc/ssh/new: made\n 0600 0\n"));
  EXPECT_THAT(answer.said, HasSubstr("/etc/new/file: deep\n 0644 0\n"));
  EXPECT_THAT(answer.said, HasSubstr("/run/sshd: Is a directory 0755 0\n"));
  EXPECT_FALSE(fs::exists(root_ / "etc/new"));
  EXPECT_FALSE(fs::exists(root_ / "etc/not-there"));
  EXPECT_FALSE(fs::exists(root_ / "etc/ssh/new"));
  std::ifstream key(root_ / "etc/ssh/key");
  std::stringstream text;
  text << key.rdbuf();
  EXPECT_EQ(text.str(), "secret\n");
}

TEST_F(SandboxTest, LinksOutOfTheRootLeadNowhere) {
  fs::remove(root_ / "etc/ssh/key");
  fs::create_symlink("/etc/hostname-of-the-rescue-machine", root_ / "etc/ssh/key");
  fs::remove(root_ / "etc/passwd");
  fs::create_symlink("../../../../../../../../../../proc/1/environ", root_ / "etc/passwd");
  fs::create_directory_symlink("/", root_ / "lib");
  const SandboxAnswer answer =
      run_in_sandbox(run({"read", "/etc/ssh/key", "/etc/passwd", "/lib/etc/shadow", "/dev/sda"}));
  ASSERT_EQ(answer.end, SandboxAnswer::End::exited) << answer.why_not.en;
  std::istringstream lines(answer.said);
  for (std::string line; std::getline(lines, line);) EXPECT_THAT(line, HasSubstr("No such file")) << line;
}

TEST_F(SandboxTest, TheMountsAreGoneAfterwards) {
  const auto mounts = [] {
    std::ifstream file("/proc/self/mountinfo");
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  const std::string before = mounts();
  static_cast<void>(run_in_sandbox(run({"try"})));
  EXPECT_EQ(mounts(), before);
}

}  // namespace
}  // namespace reentry
