// What the boot loader hands to the kernel: grub.cfg as grub-mkconfig writes it, entries of the Boot Loader
// Specification, and the one line of a Raspberry Pi.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace reentry {

struct KernelEntry {
  std::string file;
  std::size_t line = 0;  // of the arguments
  std::string text;      // that line
  std::string title;     // empty where the format has none
  std::string kernel;    // path as the loader sees it: below /boot where that is a partition of its own
  std::vector<std::string> arguments;
  [[nodiscard]] bool is_recovery() const;
};

// Each `linux` line of grub.cfg with the title of the menu entry around it. At most 256.
[[nodiscard]] std::vector<KernelEntry> parse_grub_config(std::string_view bytes, const std::string& file);

// loader/entries/NAME.conf. `$kernelopts` of Fedora stands for `kernel_options`.
[[nodiscard]] KernelEntry parse_loader_entry(std::string_view bytes, const std::string& file,
                                             std::string_view kernel_options);

// The value of NAME in grubenv, empty if there is none.
[[nodiscard]] std::string grubenv_value(std::string_view bytes, std::string_view name);

// Words of a kernel command line; quotes hold blanks together (kernel lib/cmdline.c:next_arg).
[[nodiscard]] std::vector<std::string> kernel_words(std::string_view line);

// The argument that keeps systemd from the default target, and what it starts instead
// (src/core/main.c:parse_proc_cmdline_item, src/basic/special.h); the last one counts.
struct BootDetour {
  std::string argument;  // empty: there is none
  std::string target;    // `rescue.target`; empty for init=
};
[[nodiscard]] BootDetour detour_of(const std::vector<std::string>& arguments);

// Whether this target starts no sshd: rescue, emergency, poweroff and their like.
[[nodiscard]] bool is_target_without_logins(std::string_view target);

}  // namespace reentry
