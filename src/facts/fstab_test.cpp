#include "facts/fstab.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace reentry {
namespace {

using testing::ElementsAre;

TEST(Fstab, LinesAreReadAsTheCLibraryReadsThem) {
  const auto entries = parse_fstab(
      "# a comment\n\n  \t\nUUID=ab /data\\040one ext4 defaults,nofail 0 2\n/dev/x\n \tLABEL=l /b xfs\n"
      "tmpfs\t/c\ttmpfs size=1m,x-systemd.device-timeout=5");
  ASSERT_EQ(entries.size(), 4U);
  EXPECT_EQ(entries[0].line, 4U);
  EXPECT_EQ(entries[0].where, "/data one");
  EXPECT_THAT(entries[0].options, ElementsAre("defaults", "nofail"));
  EXPECT_TRUE(entries[1].where.empty());
  EXPECT_EQ(entries[2].type, "xfs");
  EXPECT_EQ(entries[3].option("x-systemd.device-timeout"), "5");
  EXPECT_TRUE(entries[3].option("x-systemd").empty());
}

MountNeed need(const std::string& line) {
  const auto mounts = mounts_of_boot(parse_fstab(line));
  return mounts.empty() ? MountNeed::ignored : mounts.front().need;
}

TEST(Fstab, TheBootNeedsWhatNothingExempts) {
  EXPECT_EQ(need("/dev/x /a ext4 defaults"), MountNeed::required);
  EXPECT_EQ(need("/dev/x /a"), MountNeed::required);
  EXPECT_EQ(need("/dev/x / ext4"), MountNeed::root);
  EXPECT_EQ(need("/dev/x /a ext4 nofail"), MountNeed::wanted);
  EXPECT_EQ(need("/dev/x /a ext4 nofail,fail"), MountNeed::required);
  EXPECT_EQ(need("/dev/x /a ext4 noauto"), MountNeed::ignored);
  EXPECT_EQ(need("/dev/x /a ext4 _netdev"), MountNeed::remote);
  EXPECT_EQ(need("host:/x /a nfs4 defaults"), MountNeed::remote);
  EXPECT_EQ(need("/dev/x /a ext4 x-systemd.automount,noauto"), MountNeed::on_demand);
  EXPECT_EQ(need("/dev/x /a ext4 x-systemd.required-by=q.target"), MountNeed::ignored);
  EXPECT_EQ(need("/dev/x none swap sw"), MountNeed::ignored);
  EXPECT_EQ(need("proc /proc proc defaults"), MountNeed::ignored);
}

TEST(Fstab, OfTwoLinesForOneMountPointTheFirstCounts) {
  const auto mounts = mounts_of_boot(parse_fstab("/dev/x /a ext4 nofail\n/dev/y //a/ ext4 defaults\n"));
  ASSERT_EQ(mounts.size(), 1U);
  EXPECT_EQ(mounts[0].where, "/a");
  EXPECT_EQ(mounts[0].need, MountNeed::wanted);
}

TEST(Fstab, DevicesAreNamedAsUdevNamesThem) {
  EXPECT_EQ(device_link_of("UUID=12-AB"), "by-uuid/12-AB");
  EXPECT_EQ(device_link_of("LABEL=my data"), "by-label/my\\x20data");
  EXPECT_EQ(device_link_of("PARTUUID=\"ab\""), "by-partuuid/ab");
  EXPECT_EQ(device_link_of("/dev/disk/by-id/x-1"), "by-id/x-1");
  EXPECT_EQ(device_link_of("/dev/sda1"), "");
}

TEST(Fstab, OnlyAWordThatIsNearlyAnOptionIsAMisspelling) {
  EXPECT_EQ(misspelt_option("nofial"), "nofail");
  EXPECT_EQ(misspelt_option("default"), "defaults");
  EXPECT_EQ(misspelt_option("noatimes"), "noatime");
  EXPECT_EQ(misspelt_option("erors=remount-ro"), "errors");
  for (const char* fine :
       {"nofail", "defaults", "ro", "rw", "noquota", "quota", "x-foo", "subvol=@", "inode64", "compress=zstd",
        "data=ordered", "commit=30", "user_xattr", "umask=0077", "acl"})
    EXPECT_EQ(misspelt_option(fine), "") << fine;
}

}  // namespace
}  // namespace reentry
