// fstab of any bytes.
#include "facts/fstab.hpp"

#include "fuzz.hpp"

REENTRY_FUZZ(bytes) {
  using namespace reentry;
  const auto entries = parse_fstab(bytes);
  for (const FstabEntry& entry : entries) {
    fuzz::must(entry.line > 0 && !entry.text.empty());
    (void)device_link_of(entry.spec);
    for (const std::string& option : entry.options) (void)misspelt_option(option);
  }
  for (const BootMount& mount : mounts_of_boot(entries)) fuzz::must(mount.where.starts_with('/'));
}
