// A log of any bytes.
#include "facts/kernel_log.hpp"

#include "fuzz.hpp"

REENTRY_FUZZ(bytes) {
  const std::string_view line = reentry::last_oom_kill(bytes, "sshd");
  reentry::fuzz::must(line.empty() || line.find("(sshd") != std::string_view::npos);
}
