// SELinux of a target: whether it decides, the label of everything that sshd reads, and what the policy makes
// of each. Values and pure parsers; the policy itself is asked by host/label_oracle.hpp.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/known.hpp"
#include "facts/path.hpp"

namespace reentry {

enum class SelinuxMode { off, permissive, enforcing };

// /etc/selinux/config as libselinux reads it (selinux_config.c): the first SELINUX= with a known value, the
// last SELINUXTYPE=.
struct SelinuxConfig {
  std::optional<SelinuxMode> mode;
  std::size_t mode_line = 0;      // 0: no line says so
  std::string type = "targeted";  // libselinux's default
};
[[nodiscard]] SelinuxConfig parse_selinux_config(std::string_view bytes);

// What a kernel's command line says of SELinux; the last of a word's values counts, as in the kernel.
struct KernelWords {
  std::optional<bool> selinux;          // selinux=0, selinux=1
  std::optional<bool> enforcing;        // enforcing=0, enforcing=1
  std::optional<std::string> security;  // security=NAME
  std::optional<std::string> lsm;       // lsm=LIST
  bool operator==(const KernelWords&) const = default;
};
[[nodiscard]] KernelWords parse_kernel_words(std::string_view command_line);
// The command lines that a boot loader's file holds: `linux…` lines of grub.cfg, `options` lines of a BLS
// entry.
[[nodiscard]] std::vector<std::string> boot_command_lines(std::string_view bytes);

// The third part of `user:role:type:range`; empty where there is none.
[[nodiscard]] std::string_view type_of_label(std::string_view label);

// What is done with a node; each stands for the permissions that the kernel asks the policy for.
enum class LabelUse : std::uint8_t {
  search,  // a directory on the way
  judge,   // a directory that is also looked at: StrictModes
  list,    // a directory whose names are read
  follow,  // a symbolic link on the way
  read,    // a file: open, read, getattr
  load,    // a shared object
  start,   // a program that is executed, with the change of domain that the policy has for it
  test,    // a program that is only checked for being executable by this one: a login shell
};
// Who does it. The domains follow from the labels of the programs.
enum class LabelActor : std::uint8_t {
  init,      // the service manager that starts sshd
  listener,  // sshd
  session,   // sshd-session from 9.8 on, sshd itself before
  password,  // unix_chkpwd, which reads /etc/shadow where SELinux is on
};

struct LabelQuestion {
  HostPath path;  // physical
  FileType type = FileType::regular;
  LabelUse use = LabelUse::read;
  LabelActor actor = LabelActor::listener;
};

// What is known of one question.
struct LabelFact {
  LabelQuestion question;
  Known<std::string> label;     // the attribute; empty: the node has none
  Known<std::string> expected;  // by the target's file_contexts; empty: they give it none
  std::string mended;           // what restorecon would leave: `label` where nothing is to be done
  // Permissions that the policy refuses to the actor, with the label as it is and as restorecon would leave
  // it. Missing where the policy was not asked or could not be.
  Known<std::vector<std::string>> refused;
  Known<std::vector<std::string>> refused_when_mended;
  std::string domain;   // the actor's type
  std::string boolean;  // a switch of the policy that would allow it, where one alone does
  std::size_t boolean_value = 0;

  // The label's type is not the one that file_contexts give.
  [[nodiscard]] bool differs() const;
};

struct PortFact {
  int port = 0;
  std::string type;    // of the port
  std::string domain;  // sshd's
  bool refused = false;
};

// An AppArmor profile that is enforced on sshd.
struct ArmorProfile {
  std::string name;  // as the kernel or its file names it
  std::string file;  // where it stands, empty when the kernel alone says so
};
// `NAME (enforce)` lines of /sys/kernel/security/apparmor/profiles: the name that confines `program`, or
// empty.
[[nodiscard]] std::string enforced_profile(std::string_view profiles, std::string_view program);
// Whether a file of /etc/apparmor.d has a profile for `program`, one that is not in complain mode.
[[nodiscard]] bool confines(std::string_view bytes, std::string_view program);

struct LabelFacts {
  bool present = false;  // the target has an SELinux configuration
  SelinuxConfig config;
  Known<SelinuxMode> now;         // of a running target
  Known<SelinuxMode> next_start;  // what a start from the disk would have
  // Everything is labelled anew when it starts, as /.autorelabel asks for.
  bool relabels_at_start = false;
  Known<std::string> policy;           // the policy's file; Missing: why it could not be asked
  Known<std::string> contexts;         // file_contexts; Missing: why nothing is expected
  std::vector<PortFact> ports;         // of the configuration; empty where the policy was not asked
  std::vector<ArmorProfile> armor;     // of sshd
  std::vector<Missing> armor_unknown;  // what of AppArmor could not be read
  // By key_of(); what is not there was not asked.
  std::map<std::string, LabelFact> nodes;

  [[nodiscard]] static std::string key_of(const HostPath& path, LabelUse use, LabelActor actor);
  [[nodiscard]] const LabelFact* find(const HostPath& path, LabelUse use, LabelActor actor) const;
};

}  // namespace reentry
