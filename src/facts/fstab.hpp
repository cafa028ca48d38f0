// fstab(5) as getmntent(3) of glibc (misc/mntent_r.c) reads it, and what systemd makes of its lines at boot
// (src/fstab-generator/fstab-generator.c: parse_fstab, add_mount).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace reentry {

struct FstabEntry {
  std::size_t line = 0;              // from 1
  std::string text;                  // the line as it stands
  std::string spec;                  // field 1, `\040` and its like decoded
  std::string where;                 // field 2; empty where the line ends before it
  std::string type;                  // field 3
  std::vector<std::string> options;  // field 4

  [[nodiscard]] bool has_option(std::string_view name) const;
  // The value of the last `name=VALUE`, empty if there is none.
  [[nodiscard]] std::string_view option(std::string_view name) const;
};

// Every line that names something; comments and empty lines are left out. At most 4096 entries.
[[nodiscard]] std::vector<FstabEntry> parse_fstab(std::string_view bytes);

// What the boot does with a mount.
enum class MountNeed {
  ignored,    // systemd makes no unit of it, or nothing pulls the unit in
  on_demand,  // x-systemd.automount: mounted when somebody goes there
  wanted,     // nofail: the boot goes on without it
  remote,     // required by remote-fs.target, which the boot does not wait for in earnest
  required,   // required by local-fs.target, whose failure starts emergency.target
  root,       // `/`, which is mounted already
};

// One mount of the boot. Of several entries with the same mount point the first counts.
struct BootMount {
  FstabEntry entry;
  std::string where;  // normalised: no double or trailing slash
  MountNeed need = MountNeed::ignored;
  [[nodiscard]] bool is_bind() const;
};

// In the order of the file. Swap and lines without a mount point are left out.
[[nodiscard]] std::vector<BootMount> mounts_of_boot(const std::vector<FstabEntry>& entries);

// `UUID=X` → `by-uuid/X`, `LABEL=`, `PARTUUID=`, `PARTLABEL=` and `/dev/disk/by-…` likewise, escaped as udev
// names its links (libudev util_replace_chars, systemd encode_devnode_name). Empty for other devices.
[[nodiscard]] std::string device_link_of(std::string_view spec);

// The generic mount option (mount(8), systemd.mount(5)) that `option` is a misspelling of: one letter wrong,
// missing, too many or two swapped. Empty for a known option and for one that resembles none.
[[nodiscard]] std::string_view misspelt_option(std::string_view option);

}  // namespace reentry
