#include "facts/boot_menu.hpp"

#include <gtest/gtest.h>

namespace reentry {
namespace {

constexpr const char* kGrub =
    "set default=\"0\"\n"
    "menuentry 'Debian GNU/Linux' --class debian {\n"
    "\tlinux\t/boot/vmlinuz-6.1 root=UUID=aa ro quiet\n"
    "}\n"
    "submenu 'Advanced options' {\n"
    "\tmenuentry 'Debian GNU/Linux, with Linux 6.1 (recovery mode)' {\n"
    "\t\tlinux\t/boot/vmlinuz-6.1 root=UUID=aa ro single\n"
    "\t}\n}\n";

TEST(BootMenu, GrubEntriesHaveTitleKernelAndArguments) {
  const auto entries = parse_grub_config(kGrub, "/boot/grub/grub.cfg");
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries[0].title, "Debian GNU/Linux");
  EXPECT_EQ(entries[0].kernel, "/boot/vmlinuz-6.1");
  EXPECT_EQ(entries[0].line, 3U);
  EXPECT_EQ(entries[0].arguments.size(), 3U);
  EXPECT_FALSE(entries[0].is_recovery());
  EXPECT_TRUE(entries[1].is_recovery());
}

TEST(BootMenu, LoaderEntriesTakeTheSavedOptions) {
  const KernelEntry entry = parse_loader_entry(
      "title Fedora\nlinux /vmlinuz-6.5\noptions $kernelopts rhgb\n", "/boot/loader/entries/a.conf",
      grubenv_value("# GRUB\nkernelopts=root=/dev/sda1 single\n", "kernelopts"));
  EXPECT_EQ(entry.line, 3U);
  ASSERT_EQ(entry.arguments.size(), 3U);
  EXPECT_EQ(detour_of(entry.arguments).argument, "single");
}

std::string detour(const std::string& line) {
  return detour_of(kernel_words(line)).argument;
}

TEST(BootMenu, TheLastWordForATargetCounts) {
  EXPECT_EQ(detour("root=/dev/sda1 ro quiet"), "");
  EXPECT_EQ(detour("ro systemd.unit=rescue.target"), "systemd.unit=rescue.target");
  EXPECT_EQ(detour("ro single 3"), "");
  EXPECT_EQ(detour("ro 3 1"), "1");
  EXPECT_EQ(detour("ro systemd.unit=multi-user.target"), "");
  EXPECT_EQ(detour("ro init=/bin/bash"), "init=/bin/bash");
  EXPECT_EQ(detour("ro init=/lib/systemd/systemd"), "");
  EXPECT_EQ(detour("ro foo=\"a single word\""), "");
}

}  // namespace
}  // namespace reentry
