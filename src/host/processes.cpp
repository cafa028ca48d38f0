#include "host/processes.hpp"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>
#include <fstream>
#include <memory>
#include <set>
#include <string>
#include <string_view>

namespace reentry {
namespace {

constexpr std::size_t kTitleLimit = 512;
constexpr std::size_t kMapsLimit = std::size_t{4} << 20U;
constexpr std::size_t kLibrariesKept = 32;
constexpr std::string_view kDeleted = " (deleted)";

struct CloseDirectory {
  void operator()(DIR* stream) const { ::closedir(stream); }
};
using Directory = std::unique_ptr<DIR, CloseDirectory>;

template <typename Number>
Number number_in(std::string_view text) {
  Number number{};
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// `socket:[123]`, 0 for anything else.
std::uint64_t socket_inode(std::string_view link) {
  constexpr std::string_view kStart = "socket:[";
  return link.starts_with(kStart) ? number_in<std::uint64_t>(link.substr(kStart.size())) : 0;
}

bool take_deleted(std::string& path) {
  if (!path.ends_with(kDeleted)) return false;
  path.resize(path.size() - kDeleted.size());
  return true;
}

// btime of /proc/stat and field 22 of /proc/PID/stat, in clock ticks since then (proc(5)).
std::int64_t started_at(const std::string& folder) {
  const std::string kernel = start_of_file("/proc/stat", std::size_t{1} << 20U);
  const std::size_t boot = kernel.find("\nbtime ");
  const std::string stat = start_of_file(folder + "/stat", 1024);
  std::size_t at = stat.rfind(')');  // the name may hold anything
  if (boot == std::string::npos || at == std::string::npos) return 0;
  for (int field = 2; field < 22 && at != std::string::npos; ++field) at = stat.find(' ', at + 1);
  const long ticks = ::sysconf(_SC_CLK_TCK);
  if (at == std::string::npos || ticks <= 0) return 0;
  return number_in<std::int64_t>(std::string_view(kernel).substr(boot + 7)) +
         number_in<std::int64_t>(std::string_view(stat).substr(at + 1)) / ticks;
}

// Libraries that the process has mapped and that are no longer what lies at their path.
std::vector<std::string> lost_libraries(const std::string& folder) {
  const std::string maps = start_of_file(folder + "/maps", kMapsLimit);
  std::set<std::string> lost;
  for (std::size_t begin = 0; begin < maps.size();) {
    const std::size_t end = std::min(maps.find('\n', begin), maps.size());
    std::string_view line = std::string_view(maps).substr(begin, end - begin);
    begin = end + 1;
    const std::size_t path = line.find('/');
    if (!line.ends_with(kDeleted) || path == std::string_view::npos) continue;
    line = line.substr(path, line.size() - path - kDeleted.size());
    if (line.find(".so") != std::string_view::npos && lost.size() < kLibrariesKept)
      lost.insert(std::string(line));
  }
  return {lost.begin(), lost.end()};
}

bool has_our_root(const std::string& folder) {
  struct stat its {};
  struct stat ours {};
  return ::stat((folder + "/root/").c_str(), &its) == 0 && ::stat("/", &ours) == 0 &&
         its.st_dev == ours.st_dev && its.st_ino == ours.st_ino;
}

SocketOwner owner_at(int pid, const std::string& folder) {
  SocketOwner owner;
  owner.pid = pid;
  owner.program = link_of(folder + "/exe");
  owner.deleted = take_deleted(owner.program);
  owner.foreign = !has_our_root(folder);
  owner.title = start_of_file(folder + "/cmdline", kTitleLimit);
  std::replace(owner.title.begin(), owner.title.end(), '\0', ' ');
  while (owner.title.ends_with(' ')) owner.title.pop_back();
  owner.started = started_at(folder);
  owner.lost_libraries = lost_libraries(folder);
  return owner;
}

std::vector<std::size_t> sockets_held(const std::string& folder,
                                      const std::unordered_map<std::uint64_t, std::size_t>& by_inode) {
  std::vector<std::size_t> held;
  const Directory stream(::opendir((folder + "/fd").c_str()));
  if (!stream) return held;
  // NOLINTNEXTLINE(concurrency-mt-unsafe): the stream is ours alone
  while (const dirent* entry = ::readdir(stream.get())) {
    if (entry->d_name[0] == '.') continue;
    const auto found = by_inode.find(socket_inode(link_of(folder + "/fd/" + entry->d_name)));
    if (found != by_inode.end()) held.push_back(found->second);
  }
  std::sort(held.begin(), held.end());
  held.erase(std::unique(held.begin(), held.end()), held.end());
  return held;
}

}  // namespace

std::string link_of(const std::string& path) {
  std::array<char, 4096> target{};
  const ssize_t length = ::readlink(path.c_str(), target.data(), target.size());
  return length > 0 ? std::string(target.data(), static_cast<std::size_t>(length)) : std::string();
}

std::string start_of_file(const std::string& path, std::size_t limit) {
  std::ifstream file(path, std::ios::binary);
  std::string text;
  std::array<char, 8192> chunk{};
  while (file && text.size() < limit) {
    file.read(chunk.data(), static_cast<std::streamsize>(std::min(chunk.size(), limit - text.size())));
    text.append(chunk.data(), static_cast<std::size_t>(file.gcount()));
  }
  return text;
}

std::vector<SocketHolder> holders_of_sockets(const std::unordered_map<std::uint64_t, std::size_t>& by_inode) {
  std::vector<SocketHolder> out;
  const Directory stream(::opendir("/proc"));
  if (!stream || by_inode.empty()) return out;
  // NOLINTNEXTLINE(concurrency-mt-unsafe): the stream is ours alone
  while (const dirent* entry = ::readdir(stream.get())) {
    const int pid = number_in<int>(entry->d_name);
    if (pid <= 0) continue;
    const std::string folder = fmt::format("/proc/{}", pid);
    std::vector<std::size_t> held = sockets_held(folder, by_inode);
    if (!held.empty()) out.push_back({owner_at(pid, folder), std::move(held)});
  }
  std::sort(out.begin(), out.end(),
            [](const SocketHolder& a, const SocketHolder& b) { return a.process.pid < b.process.pid; });
  return out;
}

}  // namespace reentry
