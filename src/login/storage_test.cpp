#include "login/storage.hpp"

#include <gtest/gtest.h>

#include "login/tasks.hpp"
#include "support/login_bed.hpp"

namespace reentry {
namespace {

using testing_support::kNow;
using testing_support::LoginBed;

FileSystem healthy(std::uint64_t id = 1) {
  FileSystem system;
  system.id = id;
  system.block_size = 4096;
  system.blocks = 1000;
  system.free = system.available = 500;
  system.inodes = 100;
  system.free_inodes = 50;
  return system;
}
FileSystem full() {
  FileSystem system = healthy(2);
  system.free = system.available = 0;
  return system;
}
FileSystem read_only() {
  FileSystem system = healthy(3);
  system.read_only = true;
  return system;
}

// Each expectation was borne out by a login against OpenSSH 9.2 and Linux-PAM 1.5.2 of Debian 12.
class Storage : public testing::Test {
 protected:
  Storage() {
    bed.facts.target.kind = TargetKind::live;
    put("/", healthy());
    put("/var/log", healthy());
    bed.file("/var/log/lastlog", "");
  }
  void put(const std::string& path, FileSystem system) {
    bed.facts.system.storage.file_systems[path] = system;
  }
  void lastlog_on(const FileSystem& system) {
    put("/var/log", system);
    put("/var/log/lastlog", system);
  }
  void fstab(const std::string& line) { bed.facts.system.storage.fstab = mounts_of_boot(parse_fstab(line)); }
  PamJudgement answer(PamCall call, When when = When::now) const {
    return bed.judge([&](const GateInput& input) {
      const GateInput at{input.facts, input.question, input.startup, input.connection, when};
      return judge_pam({at, bed.user(), call});
    });
  }
  GateResult session(const std::string& line, When when = When::now) {
    bed.pam("session " + line + "\nsession required pam_permit.so\n");
    return answer(PamCall::open_session, when).result;
  }
  LoginBed bed;
};

TEST_F(Storage, LastlogNeedsABlockOfItsOwn) {
  EXPECT_EQ(session("required pam_lastlog.so"), GateResult::unknown) << "nobody looked at its file system";
  lastlog_on(healthy());
  EXPECT_EQ(session("required pam_lastlog.so"), GateResult::pass);
  lastlog_on(full());
  EXPECT_EQ(session("required pam_lastlog.so"), GateResult::refuse);
  EXPECT_EQ(answer(PamCall::open_session).obstacles.at(0).cause, Cause::system_file_system_full);
  EXPECT_EQ(session("optional pam_lastlog.so"), GateResult::pass);
  EXPECT_EQ(session("required pam_lastlog.so noupdate"), GateResult::pass);
  bed.facts.system.storage.lastlog_records[1000] = true;
  EXPECT_EQ(session("required pam_lastlog.so"), GateResult::pass) << "written in place";
  bed.facts.system.storage.lastlog_records[1000] = false;
  bed.file("/var/log/lastlog", std::string(300'000, '\0'));
  EXPECT_EQ(session("required pam_lastlog.so"), GateResult::unknown) << "a hole, or not";
}

TEST_F(Storage, LastlogIsOpenedForWritingAndMustBeThereForReading) {
  lastlog_on(read_only());
  EXPECT_EQ(session("required pam_lastlog.so"), GateResult::refuse);
  EXPECT_EQ(answer(PamCall::open_session).obstacles.at(0).cause, Cause::system_read_only);
  EXPECT_EQ(session("required pam_lastlog.so noupdate"), GateResult::pass);
  bed.missing("/var/log/lastlog");
  EXPECT_EQ(session("required pam_lastlog.so noupdate"), GateResult::refuse);
  put("/var/log", healthy());
  EXPECT_EQ(session("required pam_lastlog.so"), GateResult::pass) << "it is made";
}

TEST_F(Storage, AHomeThatCanNotBeMadeEndsTheSession) {
  put("/home", full());
  EXPECT_EQ(session("required pam_mkhomedir.so"), GateResult::pass) << "it is there";
  bed.missing("/home/alice");
  EXPECT_EQ(session("required pam_mkhomedir.so"), GateResult::refuse);
  EXPECT_EQ(session("optional pam_mkhomedir.so"), GateResult::pass);
  put("/home", healthy());
  EXPECT_EQ(session("required pam_mkhomedir.so"), GateResult::pass);
}

TEST_F(Storage, ATallyIsOpenedForWriting) {
  bed.pam("auth required pam_faillock.so preauth\nauth required pam_permit.so\n");
  bed.file("/etc/security/faillock.conf", "dir = /var/lib/faillock\n");
  bed.facts.pam.tally_directories = {HostPath("/var/lib/faillock")};
  put("/var/lib/faillock", read_only());
  EXPECT_EQ(answer(PamCall::authenticate).result, GateResult::pass) << "there is no tally";
  bed.file("/var/lib/faillock/alice", "");
  EXPECT_EQ(answer(PamCall::authenticate).result, GateResult::refuse);
  EXPECT_EQ(answer(PamCall::authenticate, When::next_start).result, GateResult::pass);
  fstab("/dev/a / ext4 ro 0 1\n");
  EXPECT_EQ(answer(PamCall::authenticate, When::next_start).result, GateResult::refuse);
  EXPECT_EQ(writes_at(bed.facts, When::next_start, "/run"), Writes::unknown);
  put("/run", read_only());
  EXPECT_EQ(writes_at(bed.facts, When::next_start, "/run"), Writes::work) << "a new tmpfs";
  put("/var/lib/faillock", full());
  EXPECT_EQ(answer(PamCall::authenticate).result, GateResult::pass) << "opening takes no room";
}

TEST_F(Storage, TheNextStartHasAnEmptyTmpfsAndWhatFstabSays) {
  FileSystem memory = full();
  memory.in_memory = true;
  put("/var/log", memory);
  EXPECT_EQ(writes_at(bed.facts, When::now, "/var/log"), Writes::full);
  EXPECT_EQ(writes_at(bed.facts, When::next_start, "/var/log"), Writes::work);
  put("/var/log", read_only());
  EXPECT_EQ(writes_at(bed.facts, When::next_start, "/var/log"), Writes::work);
  fstab("/dev/a / ext4 defaults\n/dev/b /var ext4 rw,ro\n");
  EXPECT_EQ(writes_at(bed.facts, When::next_start, "/var/log"), Writes::read_only);
  EXPECT_EQ(writes_at(bed.facts, When::next_start, "/"), Writes::work);
  EXPECT_EQ(writes_at(bed.facts, When::now, "/srv"), Writes::unknown);
}

TEST_F(Storage, WhatIsNotMountedOnADiskIsUnknown) {
  bed.facts.target.kind = TargetKind::root;
  fstab("/dev/a / ext4 defaults\n/dev/b /var ext4 defaults\n");
  EXPECT_EQ(writes_at(bed.facts, When::next_start, "/var/log"), Writes::unknown);
  put("/var/log", healthy(7));
  EXPECT_EQ(writes_at(bed.facts, When::next_start, "/var/log"), Writes::work);
}

TEST_F(Storage, FullIsToldAndRefusesNobody) {
  put("/", full());
  put("/var/log", full());
  const Gate gate = storage_gate(bed.facts, When::now);
  EXPECT_EQ(gate.result, GateResult::pass);
  ASSERT_EQ(gate.obstacles.size(), 1U) << "one file system is told once";
  EXPECT_EQ(gate.obstacles[0].detail("what"), "blocks");
  FileSystem inodes = healthy();
  inodes.free_inodes = 0;
  put("/", inodes);
  EXPECT_EQ(storage_gate(bed.facts, When::now).obstacles.at(0).detail("what"), "inodes");
}

TEST_F(Storage, OnlyAReadOnlyMountThatNobodyWantedIsTold) {
  put("/", read_only());
  EXPECT_TRUE(storage_gate(bed.facts, When::now).obstacles.empty()) << "fstab does not speak of it";
  fstab("/dev/a / ext4 ro 0 1\n");
  EXPECT_TRUE(storage_gate(bed.facts, When::now).obstacles.empty()) << "fstab wants it so";
  fstab("/dev/a / ext4 errors=remount-ro 0 1\n");
  EXPECT_EQ(storage_gate(bed.facts, When::now).obstacles.at(0).cause, Cause::system_read_only);
}

TEST_F(Storage, ALoginNeedsThreeProcesses) {
  const auto result = [this](std::uint64_t now) {
    bed.facts.system.tasks = TaskLimit{"/sys/fs/cgroup/pids/x/pids.max", 10, now};
    return tasks_gate(bed.facts).result;
  };
  EXPECT_EQ(result(7), GateResult::pass);
  EXPECT_EQ(result(8), GateResult::refuse);
  EXPECT_EQ(result(12), GateResult::refuse) << "the bound was lowered below what there is";
  bed.pam("session optional pam_systemd.so\n");
  EXPECT_EQ(result(8), GateResult::pass) << "the shell is counted elsewhere";
  EXPECT_EQ(result(9), GateResult::refuse);
}

TEST_F(Storage, NprocCountsWhatRunsAlready) {
  bed.pam("session required pam_limits.so\n");
  bed.missing("/run/utmp");
  bed.file("/etc/security/limits.conf", "alice hard nproc 5\n");
  const auto result = [this](std::uint64_t tasks, When when) {
    bed.facts.system.tasks_of_users = std::map<std::uint32_t, std::uint64_t>{{1000, tasks}};
    return answer(PamCall::open_session, when).result;
  };
  EXPECT_EQ(result(3, When::now), GateResult::pass);
  EXPECT_EQ(result(4, When::now), GateResult::refuse);
  EXPECT_EQ(result(4, When::next_start), GateResult::pass);
}

TEST_F(Storage, AClockBeforeItsOwnFilesIsWrong) {
  bed.facts.now = kNow;
  bed.facts.system.newest_path = "/etc/passwd";
  bed.facts.system.newest_file = kNow + 3600;
  EXPECT_TRUE(clock_gate(bed.facts).obstacles.empty());
  bed.facts.system.newest_file = kNow + 3 * 86400;
  EXPECT_EQ(clock_gate(bed.facts).obstacles.at(0).detail("how"), "behind");
  EXPECT_EQ(clock_gate(bed.facts).result, GateResult::pass);
  bed.facts.system.newest_file = kNow - std::int64_t{25} * 365 * 86400;
  EXPECT_EQ(clock_gate(bed.facts).obstacles.at(0).detail("how"), "ahead");
}

}  // namespace
}  // namespace reentry
