// Any bytes as /etc/selinux/config, as a boot loader's file, and as a label.
#include "facts/labels.hpp"

#include "fuzz.hpp"

REENTRY_FUZZ(bytes) {
  using namespace reentry;
  const SelinuxConfig config = parse_selinux_config(bytes);
  if (config.type.empty() || config.type.find('/') != std::string::npos) __builtin_trap();
  for (const std::string& line : boot_command_lines(bytes)) (void)parse_kernel_words(line);
  (void)type_of_label(bytes);
}
