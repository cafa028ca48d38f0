// grub.cfg, loader entries and kernel command lines of any bytes.
#include "facts/boot_menu.hpp"

#include "fuzz.hpp"

REENTRY_FUZZ(bytes) {
  using namespace reentry;
  for (const KernelEntry& entry : parse_grub_config(bytes, "/boot/grub/grub.cfg")) {
    fuzz::must(entry.line > 0);
    (void)entry.is_recovery();
    (void)detour_of(entry.arguments);
  }
  (void)detour_of(parse_loader_entry(bytes, "/boot/loader/entries/a.conf", bytes).arguments);
  (void)grubenv_value(bytes, "kernelopts");
}
