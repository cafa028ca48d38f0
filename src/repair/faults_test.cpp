// Cut the power after every single system call, and make every single one fail, in apply and in undo: always
// all, none, or ended by the next run.
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>

#include "repair/apply.hpp"
#include "repair/undo.hpp"
#include "support/transaction_bed.hpp"

namespace reentry {
namespace {

using testing_bed::Bed;
using testing_bed::difference;
using testing_bed::Times;

constexpr std::int64_t kNow = 1763692800;
constexpr int kKilled = 77;

// Counts the calls; at number `at` (and, `stays`, from there on) fails with `error`, or ends the process.
class Fault final : public WriterFaults {
 public:
  Fault(int at, int error, bool stays) : at_(at), error_(error), stays_(stays) {}
  int before(std::string_view, const std::string&) override {
    const int call = calls_++;
    if (call != at_ && !(stays_ && call > at_)) return 0;
    if (error_ == 0) ::_exit(kKilled);
    return error_;
  }
  [[nodiscard]] int calls() const { return calls_; }

 private:
  int at_;
  int error_;
  bool stays_;
  int calls_ = 0;
};

struct FaultKind {
  const char* name;
  int error;  // 0: the process is killed
  bool stays;
};
constexpr FaultKind kFaults[] = {{"killed", 0, false},           {"EIO once", EIO, false},
                                 {"ENOSPC stays", ENOSPC, true}, {"EROFS stays", EROFS, true},
                                 {"EPERM once", EPERM, false},   {"EDQUOT once", EDQUOT, false}};

// Where the target lives. `setup` gives the directory for the beds, or nothing when this machine can't.
struct FileSystem {
  const char* name;
  const char* mount;  // shell words, run with $D as an empty directory
  const char* umount;
  int kill_stride;  // every how manieth call the process is killed before
  int stride;       // and every how manieth is made to fail
};
constexpr FileSystem kFileSystems[] = {
    {"tmpfs", "mkdir $D/b && mount -t tmpfs none $D/b", "umount $D/b", 1, 7},
    {"ext4", "truncate -s 64M $D/i && mkfs.ext4 -q $D/i && mkdir $D/b && mount -o loop $D/i $D/b",
     "umount $D/b", 11, 41},
    {"xfs", "truncate -s 320M $D/i && mkfs.xfs -q $D/i && mkdir $D/b && mount -o loop $D/i $D/b",
     "umount $D/b", 11, 41},
    {"btrfs", "truncate -s 256M $D/i && mkfs.btrfs -q $D/i && mkdir $D/b && mount -o loop $D/i $D/b",
     "umount $D/b", 23, 83},
    {"overlay",
     "mkdir $D/t && mount -t tmpfs none $D/t && mkdir $D/t/l $D/t/u $D/t/w $D/b && "
     "mount -t overlay -o lowerdir=$D/t/l,upperdir=$D/t/u,workdir=$D/t/w none $D/b",
     "umount $D/b; umount $D/t", 11, 41}};

// The directory in which the very first run makes the journal's home: what it was made at is known only then,
// so a kill right there leaves its time changed.
std::map<std::string, std::string> listing(const std::string& root) {
  auto out = testing_bed::listing(root);
  out.erase("/var/lib");
  return out;
}

bool shell(const std::string& directory, const char* words) {
  const std::string command = "D=" + directory + "; { " + words + "; } >/dev/null 2>&1";
  return std::system(command.c_str()) == 0;
}

using Act = std::function<bool(const HostWriter&)>;

// Runs `act` with the fault; in a process of its own when the fault kills.
bool run_with(const std::string& root, const FaultKind& kind, int at, const Act& act) {
  const auto run = [&]() {
    Fault fault(at, kind.error, kind.stays);
    auto writer = HostWriter::open(root, &fault);
    return writer.has_value() && act(*writer);
  };
  if (kind.error != 0) return run();
  const pid_t child = ::fork();
  if (child == 0) ::_exit(run() ? 0 : 1);
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

bool apply_all(const HostWriter& writer) {
  const auto receipt = apply(testing_bed::thirty_steps(), writer, kNow);
  return receipt.has_value() && receipt->applied.size() == 30;
}

bool undo_last(const HostWriter& writer) {
  const auto undone = undo(writer, "", false);
  return undone.has_value() && !undone->blocked();
}

int count_calls(const std::string& root, const Act& act) {
  Fault none(-1, 0, false);
  auto writer = HostWriter::open(root, &none);
  EXPECT_TRUE(writer.has_value() && act(*writer));
  return none.calls();
}

HostWriter plain_writer(const std::string& root) {
  auto writer = HostWriter::open(root);
  EXPECT_TRUE(writer.has_value());
  return std::move(*writer);
}

class Faults : public testing::TestWithParam<FileSystem> {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root";
    mounted_ = shell(outer_.root(), GetParam().mount);
    if (!mounted_) GTEST_SKIP() << GetParam().name << " can't be made here";
    base_ = outer_.root() + "/b";
  }
  void TearDown() override { EXPECT_TRUE(!mounted_ || shell(outer_.root(), GetParam().umount)); }

  Bed outer_;
  std::string base_;
  bool mounted_ = false;
};

TEST_P(Faults, InApplyAllOrNothing) {
  int calls = 0;
  {
    Bed bed(base_);
    testing_bed::fill(bed.root());
    calls = count_calls(bed.root(), apply_all);
  }
  int cases = 0;
  int first = 0;  // so that the kinds of faults meet different calls
  for (const FaultKind& kind : kFaults) {
    const int stride = kind.error == 0 ? GetParam().kill_stride : GetParam().stride;
    for (int at = first++ % stride; at < calls; at += stride) {
      SCOPED_TRACE(fmt::format("{} before call {} of {}", kind.name, at, calls));
      Bed bed(base_);
      testing_bed::fill(bed.root());
      const auto before = listing(bed.root());
      const bool done = run_with(bed.root(), kind, at, apply_all);
      ASSERT_FALSE(done);
      const HostWriter writer = plain_writer(bed.root());
      // What failed once has been rolled back already; the rest is the next run's.
      if (kind.error != 0 && !kind.stays) {
        ASSERT_EQ(difference(listing(bed.root()), before), "");
      }
      const auto notes = recover(writer);
      ASSERT_TRUE(notes.has_value()) << notes.error().what << ": " << notes.error().why;
      if (difference(listing(bed.root()), before) != "") {
        // All was done and only the last record, or its sync, was missing: it can be undone as any other.
        ASSERT_GE(at, calls - 4);
        ASSERT_TRUE(undo_last(writer));
        ASSERT_EQ(difference(listing(bed.root()), before), "");
      }
      ASSERT_TRUE(unfinished(writer).value_or(std::vector<std::string>{"?"}).empty());
      ++cases;
    }
  }
  RecordProperty("cases", cases);
  fmt::print("{} fault cases in apply on {}\n", cases, GetParam().name);
}

TEST_P(Faults, InUndoTheNextRunEndsIt) {
  int calls = 0;
  {
    Bed bed(base_);
    testing_bed::fill(bed.root());
    ASSERT_TRUE(apply_all(plain_writer(bed.root())));
    calls = count_calls(bed.root(), undo_last);
  }
  int cases = 0;
  int first = 0;  // so that the kinds of faults meet different calls
  for (const FaultKind& kind : kFaults) {
    const int stride = kind.error == 0 ? GetParam().kill_stride : GetParam().stride;
    for (int at = first++ % stride; at < calls; at += stride) {
      SCOPED_TRACE(fmt::format("{} before call {} of {}", kind.name, at, calls));
      Bed bed(base_);
      testing_bed::fill(bed.root());
      const auto before = listing(bed.root());
      const HostWriter writer = plain_writer(bed.root());
      ASSERT_TRUE(apply_all(writer));
      const auto after = listing(bed.root());
      const bool done = run_with(bed.root(), kind, at, undo_last);
      ASSERT_FALSE(done);
      const auto notes = recover(writer);
      ASSERT_TRUE(notes.has_value()) << notes.error().what << ": " << notes.error().why;
      // It had not begun, or it is complete.
      if (difference(listing(bed.root()), after) == "") {
        ASSERT_TRUE(undo_last(writer));
      }
      ASSERT_EQ(difference(listing(bed.root()), before), "");
      ASSERT_TRUE(unfinished(writer).value_or(std::vector<std::string>{"?"}).empty());
      ++cases;
    }
  }
  RecordProperty("cases", cases);
  fmt::print("{} fault cases in undo on {}\n", cases, GetParam().name);
}

// Pulls the plug: the disk as the kernel had written it at that moment, without anything that was still in
// memory, is mounted elsewhere and taken up by the next run.
class PowerCut : public testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root";
    mounted_ =
        shell(outer_.root(),
              "truncate -s 32M $D/i && mkfs.ext4 -q $D/i && mkdir $D/b $D/c && mount -o loop $D/i $D/b");
    if (!mounted_) GTEST_SKIP() << "an ext4 image can't be mounted here";
  }
  void TearDown() override { EXPECT_TRUE(!mounted_ || shell(outer_.root(), "umount $D/b")); }

  // `prepare` brings the tree to where `act` begins. Returns the number of cases.
  int cut_everywhere(const Act& prepare, const Act& act) {
    int cases = 0;
    for (int at = 0;; at += kStride) {
      Bed bed(outer_.root() + "/b");
      testing_bed::fill(bed.root());
      const auto before = listing(bed.root());
      if (!prepare(plain_writer(bed.root()))) ADD_FAILURE() << "not prepared";
      const auto begun = listing(bed.root());
      if (!shell(outer_.root(), "sync -f $D/b")) ADD_FAILURE() << "sync";
      if (run_with(bed.root(), kFaults[0], at, act)) return cases;  // past the last call
      SCOPED_TRACE(fmt::format("power cut before call {}", at));
      const std::string name = bed.root().substr(bed.root().rfind('/'));
      if (!shell(outer_.root(), "cp --sparse=always $D/i $D/cut && mount -o loop $D/cut $D/c")) {
        ADD_FAILURE() << "the disk can't be mounted again";
        return cases;
      }
      take_up(outer_.root() + "/c" + name, before, begun);
      EXPECT_TRUE(shell(outer_.root(), "umount $D/c && rm $D/cut"));
      ++cases;
    }
  }

  static void take_up(const std::string& root, const std::map<std::string, std::string>& before,
                      const std::map<std::string, std::string>& begun) {
    const HostWriter writer = plain_writer(root);
    const auto notes = recover(writer);
    ASSERT_TRUE(notes.has_value()) << notes.error().what << ": " << notes.error().why;
    if (difference(listing(root), before) == "") return;
    // An undo that had not begun, or a fix that was complete.
    EXPECT_TRUE(difference(listing(root), begun) == "" || notes->size() <= 1);
    EXPECT_TRUE(undo_last(writer));
    EXPECT_EQ(difference(listing(root), before), "");
  }

  static constexpr int kStride = 17;
  Bed outer_;
  bool mounted_ = false;
};

TEST_F(PowerCut, InApply) {
  EXPECT_GT(cut_everywhere([](const HostWriter&) { return true; }, apply_all), 15);
}

TEST_F(PowerCut, InUndo) {
  EXPECT_GT(cut_everywhere(apply_all, undo_last), 15);
}

INSTANTIATE_TEST_SUITE_P(On, Faults, testing::ValuesIn(kFileSystems),
                         [](const auto& chosen) { return std::string(chosen.param.name); });

}  // namespace
}  // namespace reentry
