#include "facts/kernel_log.hpp"

#include <algorithm>

namespace reentry {
namespace {

// `… Killed process 812 (sshd) …`, of the kernel and of nobody who quotes it.
bool tells_of(std::string_view line, std::string_view name) {
  constexpr std::string_view kWords = "Killed process ";
  const std::size_t kernel = line.find("kernel:");
  const std::size_t at = line.find(kWords);
  if (at == std::string_view::npos || kernel == std::string_view::npos || kernel > at) return false;
  std::string_view rest = line.substr(at + kWords.size());
  const std::size_t digits = std::min(rest.find_first_not_of("0123456789"), rest.size());
  rest.remove_prefix(digits);
  return digits > 0 && rest.starts_with(" (") && rest.substr(2).starts_with(name);
}

}  // namespace

std::string_view last_oom_kill(std::string_view log, std::string_view name) {
  while (!log.empty()) {
    const std::size_t end = log.rfind('\n');
    const std::string_view line = end == std::string_view::npos ? log : log.substr(end + 1);
    if (tells_of(line, name)) return line;
    log = end == std::string_view::npos ? std::string_view() : log.substr(0, end);
  }
  return {};
}

}  // namespace reentry
