// What of a log is saved with facts. Internal to host/.
#pragma once

#include <string>
#include <string_view>

#include "base/known.hpp"
#include "facts/kernel_log.hpp"

namespace reentry {

// Of a log only the line that is looked for, of a binary one only what is there at all.
inline Known<std::string> without_others(std::string_view path, const Known<std::string>& bytes) {
  if (!bytes || !path.starts_with("/var/log/")) return bytes;
  if (!path.ends_with("/lastlog")) return std::string(last_oom_kill(*bytes, "sshd"));
  std::string blank = *bytes;
  for (char& byte : blank) byte = byte == '\0' ? '\0' : 'x';
  return blank;
}

}  // namespace reentry
