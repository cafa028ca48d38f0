#include "collect/selinux_mode.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace reentry {
namespace {

constexpr std::size_t kMostEntries = 64;

// Kernels that have SELinux as their security module unless told otherwise; those of Debian and its children
// have AppArmor.
constexpr std::array<std::string_view, 13> kOnByDefault = {
    "rhel",       "fedora",     "centos",    "rocky",        "almalinux", "ol",        "amzn",
    "scientific", "cloudlinux", "virtuozzo", "miraclelinux", "eurolinux", "azurelinux"};
constexpr std::array<std::string_view, 7> kOffByDefault = {"debian", "ubuntu", "raspbian", "linuxmint",
                                                           "devuan", "kali",   "pop"};

template <std::size_t N>
bool has(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool names_selinux(std::string_view list) {
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(','), list.size());
    if (list.substr(0, end) == "selinux") return true;
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return false;
}

// Every command line that the boot loader may give the kernel.
std::vector<std::string> command_lines(FileTree& tree) {
  std::vector<std::string> out;
  const auto add = [&out](const Known<std::string>& bytes) {
    if (!bytes) return;
    for (std::string& line : boot_command_lines(*bytes)) out.push_back(std::move(line));
  };
  for (const char* path : {"/boot/grub/grub.cfg", "/boot/grub2/grub.cfg"})
    add(tree.read(HostPath(path)).bytes);
  const HostPath entries("/boot/loader/entries");
  if (const auto names = tree.list(entries)) {
    for (std::size_t i = 0; i < names->size() && i < kMostEntries; ++i) {
      if ((*names)[i].ends_with(".conf")) add(tree.read(entries / (*names)[i]).bytes);
    }
  }
  return out;
}

// Whether a kernel started with these words has SELinux at all.
Known<bool> is_on(const KernelWords& words, std::string_view os) {
  if (words.selinux && !*words.selinux) return false;
  if (words.lsm) return names_selinux(*words.lsm);
  if (words.security) return *words.security == "selinux";
  if (has(kOnByDefault, os)) return true;
  if (has(kOffByDefault, os)) return false;
  return Missing{Why::not_asked, "kernel", "whether SELinux is its security module by default"};
}

// selinux_init_load_policy: `disabled` in the file always wins, then enforcing= of the command line.
SelinuxMode mode_with(const SelinuxConfig& config, const KernelWords& words) {
  if (config.mode == SelinuxMode::off) return SelinuxMode::off;
  if (words.enforcing) return *words.enforcing ? SelinuxMode::enforcing : SelinuxMode::permissive;
  return config.mode.value_or(SelinuxMode::permissive);
}

Known<SelinuxMode> next_mode(FileTree& tree, const Facts& facts, const SelinuxConfig& config) {
  std::vector<std::string> lines = command_lines(tree);
  if (lines.empty() && facts.target.kind == TargetKind::live) {
    const Known<std::string> running = tree.read(HostPath("/proc/cmdline")).bytes;
    if (running) lines.push_back(*running);
  }
  const Missing unseen{Why::absent, "/boot", "the kernel's command line, which may turn SELinux on or off"};
  if (lines.empty()) {
    return has(kOnByDefault, facts.target.os_id) ? Known<SelinuxMode>(mode_with(config, {})) : unseen;
  }
  Known<SelinuxMode> out = unseen;
  for (const std::string& line : lines) {
    const KernelWords words = parse_kernel_words(line);
    const Known<bool> on = is_on(words, facts.target.os_id);
    if (!on) return on.missing();
    const SelinuxMode mode = *on ? mode_with(config, words) : SelinuxMode::off;
    if (out && *out != mode)
      return Missing{Why::malformed, "/boot", "the boot entries don't agree about SELinux"};
    out = mode;
  }
  return out;
}

Known<SelinuxMode> running_mode(FileTree& tree) {
  const FileFact enforce = tree.read(HostPath("/sys/fs/selinux/enforce"));
  if (enforce.bytes)
    return enforce.bytes->starts_with('1') ? SelinuxMode::enforcing : SelinuxMode::permissive;
  if (enforce.bytes.is_absent()) return SelinuxMode::off;
  return enforce.bytes.missing();
}

bool relabels(FileTree& tree) {
  if (!tree.locate(HostPath("/.autorelabel")).found()) return false;
  for (const char* path : {"/usr/lib/systemd/system-generators/selinux-autorelabel-generator.sh",
                           "/lib/systemd/system-generators/selinux-autorelabel-generator.sh",
                           "/usr/libexec/selinux/selinux-autorelabel", "/etc/init.d/selinux-autorelabel"}) {
    if (tree.locate(HostPath(path)).found()) return true;
  }
  return false;
}

}  // namespace

void collect_selinux_mode(FileTree& tree, Facts& facts) {
  LabelFacts& labels = facts.labels;
  labels.now = SelinuxMode::off;
  labels.next_start = SelinuxMode::off;
  const HostPath path("/etc/selinux/config");
  FileFact file = tree.read(path);
  if (file.bytes.is_absent()) return;
  labels.present = true;
  if (!file.bytes) {
    labels.now = labels.next_start = file.bytes.missing();
  } else {
    labels.config = parse_selinux_config(*file.bytes);
    if (labels.config.mode != SelinuxMode::off) {
      labels.next_start = next_mode(tree, facts, labels.config);
      labels.relabels_at_start = relabels(tree);
    }
  }
  facts.paths.put(std::move(file));
  if (facts.target.kind == TargetKind::live) {
    labels.now = running_mode(tree);
  } else {
    labels.now = labels.next_start;
  }
}

}  // namespace reentry
