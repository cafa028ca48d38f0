// Apply and undo on a real file system, as root.
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <unistd.h>

#include "repair/apply.hpp"
#include "repair/undo.hpp"
#include "support/transaction_bed.hpp"

namespace reentry {
namespace {

using testing_bed::Bed;
using testing_bed::listing;
using testing_bed::Times;

constexpr std::int64_t kNow = 1763692800;
using Listing = std::map<std::string, std::string>;

class Transaction : public testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root: owners and labels are changed";
    testing_bed::fill(bed_.root());
  }
  HostWriter writer() {
    auto opened = HostWriter::open(bed_.root());
    EXPECT_TRUE(opened.has_value());
    return std::move(*opened);
  }
  static Plan plan_of(std::vector<Step> steps) {
    PlanItem item;
    item.cause = Cause::auth_home_writable;
    item.remedy = "auth/home-writable#test";
    item.what = say("test", "試験");
    item.own = std::move(steps);
    return compose({item}, {});
  }
  static std::string why(const Plan& plan) { return plan.left.empty() ? "" : plan.left.front().reason.en; }

  Bed bed_;
};

TEST_F(Transaction, UndoGivesBackTheTreeBitForBit) {
  const auto before = listing(bed_.root());
  const HostWriter w = writer();
  const Plan plan = testing_bed::thirty_steps();
  ASSERT_EQ(plan.steps.size(), 30U);
  const auto receipt = apply(plan, w, kNow);
  ASSERT_TRUE(receipt.has_value()) << receipt.error().what << ": " << receipt.error().why;
  EXPECT_EQ(receipt->applied.size(), 30U);
  EXPECT_TRUE(receipt->left.empty());
  const auto after = listing(bed_.root());
  EXPECT_NE(after, before);
  EXPECT_FALSE(after.contains("/etc/nologin"));
  EXPECT_TRUE(after.contains("/run/sshd"));
  struct stat raw {};
  ASSERT_EQ(::stat(bed_.at("/usr/sbin/tool").c_str(), &raw), 0);
  EXPECT_EQ(raw.st_mode & 07777U, 04755U) << "chown(2) clears set-id bits; they must be kept";
  EXPECT_NE(testing_bed::xattrs_of(bed_.at("/etc/ssh/sshd_config")).find("security.selinux"),
            std::string::npos);

  const auto planned = plan_undo(w, "");
  ASSERT_TRUE(planned.has_value());
  EXPECT_FALSE(planned->blocked());
  EXPECT_EQ(planned->steps.size(), 30U);
  const auto undone = undo(w, "", false);
  ASSERT_TRUE(undone.has_value()) << undone.error().what << ": " << undone.error().why;
  EXPECT_FALSE(undone->blocked());
  EXPECT_EQ(testing_bed::difference(listing(bed_.root()), before), "");
  const auto again = undo(w, "", false);
  ASSERT_FALSE(again.has_value());
  EXPECT_EQ(again.error().kind, ErrorKind::usage);
}

constexpr const char* kLabel = "system_u:object_r:etc_t:s0";

std::string label_at(const std::string& path) {
  std::string value(256, '\0');
  const ssize_t size = ::lgetxattr(path.c_str(), "security.selinux", value.data(), value.size());
  return size < 0 ? "none" : value.substr(0, static_cast<std::size_t>(size));
}

TEST_F(Transaction, LabelsAreSetAndGivenBackBitForBit) {
  const HostWriter w = writer();
  // One without the NUL that libselinux writes, and none at all.
  ASSERT_EQ(::lsetxattr(bed_.at("/home/u0").c_str(), "security.selinux", "a:b:c_t:s0", 10, 0), 0);
  const auto before = listing(bed_.root());
  const std::vector<Step> steps = {SetLabel{HostPath("/home/u0"), "a:b:c_t:s0", kLabel},
                                   SetLabel{HostPath("/etc/hosts.deny"), "", kLabel},
                                   CreateFile{HostPath("/etc/ssh/labelled"), "x", 0600, 0, 0, {}, kLabel},
                                   CreateDirectory{HostPath("/etc/labelled"), 0755, 0, 0, kLabel}};
  const auto receipt = apply(plan_of(steps), w, kNow);
  ASSERT_TRUE(receipt.has_value()) << receipt.error().why;
  ASSERT_EQ(receipt->applied.size(), 1U) << why(Plan{{}, {}, receipt->left});
  for (const char* path : {"/home/u0", "/etc/hosts.deny", "/etc/ssh/labelled", "/etc/labelled"})
    EXPECT_EQ(label_at(bed_.at(path)), std::string(kLabel) + '\0') << path;
  ASSERT_TRUE(undo(w, "", false).has_value());
  EXPECT_EQ(testing_bed::difference(listing(bed_.root()), before), "");
  EXPECT_EQ(label_at(bed_.at("/etc/hosts.deny")), "none");
}

TEST_F(Transaction, ALabelThatChangedSinceIsLeft) {
  const HostWriter w = writer();
  const Plan plan = foresee(plan_of({SetLabel{HostPath("/etc/hosts.deny"), "a:b:other_t:s0", kLabel}}), w);
  EXPECT_TRUE(plan.empty());
  EXPECT_NE(why(plan).find("changed since"), std::string::npos) << why(plan);
}

TEST_F(Transaction, SeveralAreUndoneInReverse) {
  const HostWriter w = writer();
  const auto before = listing(bed_.root());
  std::vector<Listing> states;
  for (const std::uint32_t mode : {0755U, 0700U, 0711U}) {
    struct stat raw {};
    ::stat(bed_.at("/home/u0").c_str(), &raw);
    ASSERT_TRUE(
        apply(plan_of({SetMode{HostPath("/home/u0"), raw.st_mode & 07777U, mode}}), w, kNow).has_value());
    states.push_back(listing(bed_.root()));
  }
  auto list = list_transactions(w);
  ASSERT_TRUE(list.has_value());
  ASSERT_EQ(list->size(), 3U);
  EXPECT_GT((*list)[0].id, (*list)[1].id);
  ASSERT_TRUE(undo(w, "", false).has_value());
  EXPECT_EQ(testing_bed::difference(listing(bed_.root()), states[1]), "");
  ASSERT_TRUE(undo(w, "", false).has_value());
  EXPECT_EQ(testing_bed::difference(listing(bed_.root()), states[0]), "");
  ASSERT_TRUE(undo(w, "", false).has_value());
  EXPECT_EQ(testing_bed::difference(listing(bed_.root()), before), "");
}

TEST_F(Transaction, WhatSomeoneChangedSinceStaysUnlessForced) {
  const HostWriter w = writer();
  ASSERT_TRUE(apply(testing_bed::thirty_steps(), w, kNow).has_value());
  testing_bed::write_file(bed_.at("/etc/ssh/sshd_config"), "Port 2222\n", 0644);
  auto undone = undo(w, "", false);
  ASSERT_TRUE(undone.has_value());
  EXPECT_TRUE(undone->blocked());
  std::ifstream in(bed_.at("/etc/ssh/sshd_config"));
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), "Port 2222\n");
  struct stat raw {};
  ASSERT_EQ(::stat(bed_.at("/home/u0").c_str(), &raw), 0);
  EXPECT_EQ(raw.st_mode & 07777U, 0777U) << "the other steps are taken back";
  ASSERT_EQ(::stat(bed_.at("/etc/ssh/sshd_config").c_str(), &raw), 0);
  EXPECT_EQ(raw.st_mode & 07777U, 0644U) << "nothing of that file is touched";

  undone = undo(w, undone->id, true);
  ASSERT_TRUE(undone.has_value());
  EXPECT_FALSE(undone->blocked());
  std::ifstream forced(bed_.at("/etc/ssh/sshd_config"));
  EXPECT_NE(std::string(std::istreambuf_iterator<char>(forced), {}).find("prohibit-pasword"),
            std::string::npos);
}

TEST_F(Transaction, ADirectoryThatWasFilledSinceStays) {
  const HostWriter w = writer();
  ASSERT_TRUE(apply(plan_of({CreateDirectory{HostPath("/run"), 0755, 0, 0}}), w, kNow).has_value());
  testing_bed::write_file(bed_.at("/run/precious"), "x");
  const auto undone = undo(w, "", false);
  ASSERT_TRUE(undone.has_value());
  EXPECT_TRUE(undone->blocked());
  EXPECT_EQ(::access(bed_.at("/run/precious").c_str(), F_OK), 0);
}

TEST_F(Transaction, ASecondRunIsLockedOut) {
  const HostWriter w = writer();
  ASSERT_TRUE(apply(plan_of({SetMode{HostPath("/home/u0"), 0777, 0755}}), w, kNow).has_value());
  const int held = ::open(bed_.at("/var/lib/reentry/lock").c_str(), O_RDWR | O_CLOEXEC);
  ASSERT_EQ(::flock(held, LOCK_EX | LOCK_NB), 0);
  const auto second = apply(plan_of({SetMode{HostPath("/home/u1"), 0777, 0755}}), w, kNow);
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().kind, ErrorKind::change);
  EXPECT_FALSE(undo(w, "", false).has_value());
  ::close(held);
  EXPECT_TRUE(undo(w, "", false).has_value());
}

TEST_F(Transaction, HardLinksAreSaidNotBroken) {
  ASSERT_EQ(::link(bed_.at("/etc/nologin").c_str(), bed_.at("/etc/other").c_str()), 0);
  const auto before = listing(bed_.root());
  const HostWriter w = writer();
  for (const Step& step : std::vector<Step>{EditFile{HostPath("/etc/nologin"), "closed\n", "open\n"},
                                            SetOwner{HostPath("/etc/nologin"), 0, 42, 1000, 1000},
                                            SetMode{HostPath("/etc/nologin"), 0640, 0644}}) {
    const auto receipt = apply(plan_of({step}), w, kNow);
    ASSERT_TRUE(receipt.has_value());
    EXPECT_TRUE(receipt->applied.empty());
    ASSERT_EQ(receipt->left.size(), 1U);
    EXPECT_EQ(receipt->left[0].why, LeftWhy::refused);
    EXPECT_NE(receipt->left[0].reason.en.find("hard links"), std::string::npos);
  }
  EXPECT_EQ(testing_bed::difference(listing(bed_.root()), before), "");
}

TEST_F(Transaction, ImmutableFilesAndDirectoriesAreSaid) {
  if (std::system(("chattr +i " + bed_.at("/etc/hosts.deny") + " 2>/dev/null").c_str()) != 0) {
    GTEST_SKIP() << "this file system has no immutable flag";
  }
  const HostWriter w = writer();
  const Plan plan = foresee(plan_of({EditFile{HostPath("/etc/hosts.deny"), "ALL: ALL", ""}}), w);
  EXPECT_TRUE(plan.items.empty());
  EXPECT_NE(why(plan).find("chattr -i /etc/hosts.deny"), std::string::npos);
  ASSERT_EQ(std::system(("chattr +a " + bed_.at("/etc/ssh")).c_str()), 0);
  const Plan directory = foresee(plan_of({EditFile{HostPath("/etc/ssh/misnamed"), "key\n", "y"}}), w);
  EXPECT_NE(why(directory).find("append-only"), std::string::npos);
}

TEST_F(Transaction, OnlyTheRefusedRemedyIsLeftAndSharedEditsAreComposedWithoutIt) {
  ASSERT_EQ(::link(bed_.at("/etc/nologin").c_str(), bed_.at("/etc/other").c_str()), 0);
  const std::string config = "Port 22\nPermitRootLogin prohibit-pasword\nUsePAM yes\n";
  PlanItem first;
  first.own = {EditFile{HostPath("/etc/ssh/sshd_config"), config,
                        "Port 2222\nPermitRootLogin prohibit-pasword\nUsePAM yes\n"},
               RemoveFile{HostPath("/etc/nologin"), "closed\n"}};
  PlanItem second;
  second.own = {EditFile{HostPath("/etc/ssh/sshd_config"), config,
                         "Port 22\nPermitRootLogin prohibit-pasword\nUsePAM no\n"}};
  const Plan plan = compose({first, second}, {});
  ASSERT_EQ(plan.steps.size(), 2U);
  const auto receipt = apply(plan, writer(), kNow);
  ASSERT_TRUE(receipt.has_value());
  EXPECT_EQ(receipt->applied.size(), 1U);
  std::ifstream in(bed_.at("/etc/ssh/sshd_config"));
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}),
            "Port 22\nPermitRootLogin prohibit-pasword\nUsePAM no\n");
}

TEST_F(Transaction, APlantedSymlinkIsNeverFollowed) {
  Bed outside;
  testing_bed::write_file(outside.at("/secret"), "ssh-ed25519 AAAA\n", 0666);
  const Plan plan = plan_of({SetOwner{HostPath("/home/u0/.ssh/authorized_keys"), 0, 0, 1000, 1000},
                             SetMode{HostPath("/home/u0/.ssh/authorized_keys"), 0666, 0600}});
  // The user swaps what he owns for links to somebody else's files.
  ASSERT_EQ(std::system(("rm -rf " + bed_.at("/home/u0/.ssh")).c_str()), 0);
  ASSERT_EQ(::symlink(outside.root().c_str(), bed_.at("/home/u0/.ssh").c_str()), 0);
  ASSERT_EQ(::lchown(bed_.at("/home/u0/.ssh").c_str(), 1000, 1000), 0);
  testing_bed::write_file(outside.at("/authorized_keys"), "x", 0666);
  const auto before = listing(outside.root());
  auto receipt = apply(plan, writer(), kNow);
  ASSERT_TRUE(receipt.has_value());
  ASSERT_EQ(receipt->left.size(), 1U);
  EXPECT_NE(receipt->left[0].reason.en.find("symbolic link"), std::string::npos);
  EXPECT_EQ(testing_bed::difference(listing(outside.root()), before), "");
  // Even root's own absolute link stays below the target's root.
  ASSERT_EQ(::lchown(bed_.at("/home/u0/.ssh").c_str(), 0, 0), 0);
  ASSERT_EQ(::chown(bed_.at("/home/u0").c_str(), 0, 0), 0);
  ASSERT_EQ(::chmod(bed_.at("/home/u0").c_str(), 0755), 0);
  receipt = apply(plan, writer(), kNow);
  ASSERT_TRUE(receipt.has_value());
  EXPECT_TRUE(receipt->applied.empty());
  EXPECT_EQ(testing_bed::difference(listing(outside.root()), before), "");
}

TEST_F(Transaction, RootsOwnSymlinksAreResolvedBelowTheRoot) {
  ASSERT_EQ(::rename(bed_.at("/etc/hosts.deny").c_str(), bed_.at("/usr/real.deny").c_str()), 0);
  ASSERT_EQ(::symlink("/usr/real.deny", bed_.at("/etc/hosts.deny").c_str()), 0);
  const auto before = listing(bed_.root());
  const HostWriter w = writer();
  const auto receipt = apply(plan_of({EditFile{HostPath("/etc/hosts.deny"), "ALL: ALL", ""}}), w, kNow);
  ASSERT_TRUE(receipt.has_value());
  EXPECT_EQ(receipt->applied.size(), 1U);
  struct stat raw {};
  ASSERT_EQ(::lstat(bed_.at("/etc/hosts.deny").c_str(), &raw), 0);
  EXPECT_TRUE(S_ISLNK(raw.st_mode));
  ASSERT_TRUE(undo(w, "", false).has_value());
  EXPECT_EQ(testing_bed::difference(listing(bed_.root()), before), "");
}

TEST_F(Transaction, AFileChangedSinceTheDiagnosisIsLeft) {
  testing_bed::write_file(bed_.at("/etc/nologin"), "other\n");
  const auto receipt = apply(plan_of({RemoveFile{HostPath("/etc/nologin"), "closed\n"}}), writer(), kNow);
  ASSERT_TRUE(receipt.has_value());
  EXPECT_TRUE(receipt->applied.empty());
  ASSERT_EQ(receipt->left.size(), 1U);
  EXPECT_EQ(::access(bed_.at("/etc/nologin").c_str(), F_OK), 0);
}

TEST_F(Transaction, AJournalThatOthersCanWriteIsNotTrusted) {
  testing_bed::make_directory(bed_.at("/var/lib/reentry"), 0777);
  const auto receipt = apply(plan_of({SetMode{HostPath("/home/u0"), 0777, 0755}}), writer(), kNow);
  ASSERT_FALSE(receipt.has_value());
  EXPECT_EQ(receipt.error().kind, ErrorKind::change);
}

TEST_F(Transaction, DamagedBeforeImagesAreNotPutBack) {
  const HostWriter w = writer();
  const auto receipt = apply(plan_of({EditFile{HostPath("/etc/hosts.deny"), "ALL: ALL", ""}}), w, kNow);
  ASSERT_TRUE(receipt.has_value());
  testing_bed::write_file(bed_.at("/var/lib/reentry/transactions/" + receipt->id + "/before/0"), "ALL", 0600);
  const auto undone = undo(w, "", false);
  ASSERT_FALSE(undone.has_value());
  EXPECT_EQ(undone.error().kind, ErrorKind::change);
}

TEST_F(Transaction, AReadOnlyRootIsSaid) {
  Bed mount_point;
  if (::mount("none", mount_point.root().c_str(), "tmpfs", 0, nullptr) != 0) GTEST_SKIP() << "cannot mount";
  testing_bed::fill(mount_point.root());
  ::mount("none", mount_point.root().c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, nullptr);
  {
    auto w = HostWriter::open(mount_point.root());
    ASSERT_TRUE(w.has_value());
    const auto words = cannot_change(*w);
    EXPECT_TRUE(words.has_value());
    EXPECT_NE(words.value_or(Text{}).en.find("read-only"), std::string::npos);
    const auto receipt = apply(testing_bed::thirty_steps(), *w, kNow);
    ASSERT_FALSE(receipt.has_value());
    EXPECT_EQ(receipt.error().kind, ErrorKind::change);
  }
  EXPECT_EQ(::umount(mount_point.root().c_str()), 0);
}

TEST_F(Transaction, ANoteNamesItsTransactionAndAForeignOneStays) {
  const std::string mark(kTransactionMark);
  const std::string before = "Port 22\n# " + mark + ": theirs\nPermitRootLogin maybe\n";
  testing_bed::write_file(bed_.at("/etc/ssh/noted"), before, 0644, 0, 0);
  const Plan plan = plan_of(
      {EditFile{HostPath("/etc/ssh/noted"), before,
                "Port 22\n# " + mark + ": theirs\n# " + mark + ": no such value\n#PermitRootLogin maybe\n"}});
  const auto receipt = apply(plan, writer(), kNow);
  ASSERT_TRUE(receipt.has_value()) << receipt.error().why;
  struct stat raw {};
  ASSERT_EQ(::stat(bed_.at("/etc/ssh/noted").c_str(), &raw), 0);
  EXPECT_EQ(testing_bed::content_of(bed_.at("/etc/ssh/noted"), raw),
            "Port 22\n# " + mark + ": theirs\n# reentry (transaction " + receipt->id +
                "): no such value\n#PermitRootLogin maybe\n");
  ASSERT_TRUE(undo(writer(), "", false).has_value());
  EXPECT_EQ(testing_bed::content_of(bed_.at("/etc/ssh/noted"), raw), before);
}

TEST_F(Transaction, AnUndoSpeaksBothLanguagesAndKnowsTheTargetsNames) {
  testing_bed::write_file(bed_.at("/etc/passwd"),
                          "root:x:0:0::/root:/bin/sh\nalice:x:1000:1000::/home/alice:/bin/sh\n", 0644, 0, 0);
  testing_bed::write_file(bed_.at("/etc/group"), "root:x:0:\nalice:x:1000:\n", 0644, 0, 0);
  testing_bed::write_file(bed_.at("/etc/ssh/owned"), "x", 0644, 1000, 1000);
  ASSERT_TRUE(
      apply(plan_of({SetOwner{HostPath("/etc/ssh/owned"), 1000, 1000, 0, 0}}), writer(), kNow).has_value());
  const auto plan = plan_undo(writer(), "");
  ASSERT_TRUE(plan.has_value());
  ASSERT_EQ(plan->steps.size(), 1U);
  EXPECT_EQ(plan->steps[0].summary.en, "owner of /etc/ssh/owned: root:root (0:0) -> alice:alice (1000:1000)");
  EXPECT_EQ(plan->steps[0].summary.ja, "/etc/ssh/owned の所有者: root:root (0:0) -> alice:alice (1000:1000)");
  EXPECT_EQ(plan->causes, std::vector<std::string>{"auth/home-writable"});
}

}  // namespace
}  // namespace reentry
