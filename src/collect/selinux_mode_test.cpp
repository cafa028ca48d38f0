#include "collect/selinux_mode.hpp"

#include <gtest/gtest.h>

namespace reentry {
namespace {

constexpr const char* kEnforcing = "SELINUX=enforcing\nSELINUXTYPE=targeted\n";

LabelFacts labels_of(MemoryTree& tree, const std::string& os, TargetKind kind = TargetKind::root) {
  Facts facts;
  facts.target.kind = kind;
  facts.target.os_id = os;
  collect_selinux_mode(tree, facts);
  return facts.labels;
}

std::string mode(const Known<SelinuxMode>& known) {
  if (!known) return "unknown";
  return *known == SelinuxMode::off ? "off" : *known == SelinuxMode::permissive ? "permissive" : "enforcing";
}

TEST(SelinuxMode, WithoutAConfigurationThereIsNone) {
  MemoryTree tree;
  const LabelFacts labels = labels_of(tree, "debian");
  EXPECT_FALSE(labels.present);
  EXPECT_EQ(mode(labels.next_start), "off");
}

TEST(SelinuxMode, TheKernelsDefaultIsTheDistributions) {
  MemoryTree tree;
  tree.put_file(HostPath("/etc/selinux/config"), kEnforcing);
  EXPECT_EQ(mode(labels_of(tree, "rocky").next_start), "enforcing");
  EXPECT_EQ(mode(labels_of(tree, "debian").next_start), "unknown")
      << "its boot entries decide and were not seen";
  tree.put_file(HostPath("/boot/grub/grub.cfg"), "  linux /vmlinuz ro quiet\n");
  EXPECT_EQ(mode(labels_of(tree, "debian").next_start), "off");
  EXPECT_EQ(mode(labels_of(tree, "rocky").next_start), "enforcing");
  EXPECT_EQ(mode(labels_of(tree, "unheard-of").next_start), "unknown");
  tree.put_file(HostPath("/boot/grub/grub.cfg"), "  linux /vmlinuz ro security=selinux\n");
  EXPECT_EQ(mode(labels_of(tree, "debian").next_start), "enforcing");
  tree.put_file(HostPath("/boot/grub/grub.cfg"), "  linux /vmlinuz ro lsm=lockdown,selinux,bpf\n");
  EXPECT_EQ(mode(labels_of(tree, "unheard-of").next_start), "enforcing");
}

TEST(SelinuxMode, TheCommandLineOverridesTheFile) {
  MemoryTree tree;
  tree.put_file(HostPath("/etc/selinux/config"), kEnforcing);
  tree.put_file(HostPath("/boot/loader/entries/a.conf"), "options root=/dev/a enforcing=0\n");
  EXPECT_EQ(mode(labels_of(tree, "fedora").next_start), "permissive");
  tree.put_file(HostPath("/boot/loader/entries/b.conf"), "options root=/dev/a\n");
  EXPECT_EQ(mode(labels_of(tree, "fedora").next_start), "unknown") << "which entry is started nobody knows";
  tree.remove(HostPath("/boot/loader/entries/b.conf"));
  tree.put_file(HostPath("/boot/loader/entries/a.conf"), "options root=/dev/a selinux=0\n");
  EXPECT_EQ(mode(labels_of(tree, "fedora").next_start), "off");
  tree.put_file(HostPath("/etc/selinux/config"), "SELINUX=disabled\n");
  tree.put_file(HostPath("/boot/loader/entries/a.conf"), "options root=/dev/a enforcing=1\n");
  EXPECT_EQ(mode(labels_of(tree, "fedora").next_start), "off") << "no policy is loaded then";
}

TEST(SelinuxMode, ARunningKernelSaysItself) {
  MemoryTree tree;
  tree.put_file(HostPath("/etc/selinux/config"), kEnforcing);
  EXPECT_EQ(mode(labels_of(tree, "fedora", TargetKind::live).now), "off");
  tree.put_file(HostPath("/sys/fs/selinux/enforce"), "0");
  EXPECT_EQ(mode(labels_of(tree, "fedora", TargetKind::live).now), "permissive");
  EXPECT_EQ(mode(labels_of(tree, "fedora", TargetKind::live).next_start), "enforcing");
}

TEST(SelinuxMode, AutorelabelNeedsSomethingThatDoesIt) {
  MemoryTree tree;
  tree.put_file(HostPath("/etc/selinux/config"), kEnforcing);
  tree.put_file(HostPath("/.autorelabel"), "");
  EXPECT_FALSE(labels_of(tree, "fedora").relabels_at_start);
  tree.put_file(HostPath("/usr/lib/systemd/system-generators/selinux-autorelabel-generator.sh"), "", 0755);
  EXPECT_TRUE(labels_of(tree, "fedora").relabels_at_start);
}

TEST(SelinuxMode, WhatCannotBeReadIsUnknown) {
  MemoryTree tree;
  tree.put_error(HostPath("/etc/selinux/config"), PathEnd::denied);
  const LabelFacts labels = labels_of(tree, "fedora");
  EXPECT_TRUE(labels.present);
  EXPECT_EQ(mode(labels.next_start), "unknown");
}

}  // namespace
}  // namespace reentry
