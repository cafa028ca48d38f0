#include "facts/tasks.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

namespace reentry {
namespace {

template <typename Use>
void each_line(std::string_view text, Use use) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    use(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

// The first number of `line` after its `Name:`.
std::optional<std::uint64_t> number_after(std::string_view line, std::string_view name) {
  if (!line.starts_with(name)) return std::nullopt;
  line.remove_prefix(name.size());
  line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
  return first_number(line);
}

}  // namespace

std::optional<std::uint64_t> first_number(std::string_view text) {
  std::uint64_t value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc{}) return std::nullopt;
  return value;
}

std::optional<std::uint64_t> threads_of_loadavg(std::string_view text) {
  const std::size_t slash = text.find('/');
  return slash == std::string_view::npos ? std::nullopt : first_number(text.substr(slash + 1));
}

std::vector<TaskGroup> parse_task_groups(std::string_view text) {
  std::vector<TaskGroup> groups;
  each_line(text, [&groups](std::string_view line) {
    const std::size_t first = line.find(':');
    const std::size_t second = first == std::string_view::npos ? first : line.find(':', first + 1);
    if (second == std::string_view::npos) return;
    const std::string_view controllers = line.substr(first + 1, second - first - 1);
    const std::string_view path = line.substr(second + 1);
    if (!path.starts_with('/') || path.find("/..") != std::string_view::npos) return;
    const bool unified = line.starts_with("0::");
    const std::string listed = "," + std::string(controllers) + ",";
    if (unified || listed.find(",pids,") != std::string::npos) groups.push_back({std::string(path), unified});
  });
  return groups;
}

TasksOfProcess parse_process_status(std::string_view text) {
  TasksOfProcess process;
  each_line(text, [&process](std::string_view line) {
    const auto uid = number_after(line, "Uid:");
    if (uid && *uid <= std::numeric_limits<std::uint32_t>::max())
      process.uid = static_cast<std::uint32_t>(*uid);
    if (const auto threads = number_after(line, "Threads:")) process.threads = *threads;
  });
  return process;
}

}  // namespace reentry
