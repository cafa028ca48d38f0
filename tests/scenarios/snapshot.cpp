#include "scenarios/snapshot.hpp"

#include <dirent.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <sstream>
#include <string_view>
#include <tuple>

#include "base/digest.hpp"

namespace reentry {
namespace {

constexpr std::string_view kJournal = "/var/lib/reentry";

std::string attributes_of(const std::string& path) {
  std::array<char, 4096> names{};
  const ssize_t size = ::llistxattr(path.c_str(), names.data(), names.size());
  std::map<std::string, std::string> sorted;
  for (ssize_t at = 0; at < size;) {
    const std::string name = names.data() + at;
    at += static_cast<ssize_t>(name.size()) + 1;
    std::array<char, 65536> value{};
    const ssize_t length = ::lgetxattr(path.c_str(), name.c_str(), value.data(), value.size());
    // overlayfs keeps its own books on the upper layer; they are no part of the host.
    if (name.starts_with("trusted.overlay")) continue;
    if (length >= 0) sorted[name] = hex({value.data(), static_cast<std::size_t>(length)});
  }
  std::string out;
  for (const auto& entry : sorted) out += fmt::format(" {}={}", entry.first, entry.second);
  return out;
}

std::string content_of(const std::string& path, const struct stat& raw) {
  if (S_ISLNK(raw.st_mode)) {
    std::array<char, 4096> target{};
    const ssize_t length = ::readlink(path.c_str(), target.data(), target.size());
    return length < 0 ? "?" : std::string(target.data(), static_cast<std::size_t>(length));
  }
  if (!S_ISREG(raw.st_mode)) return {};
  // A host has some 200 MB, of which next to nothing changes between two snapshots. Nobody can set a file's
  // time of change, so the same one means the same bytes.
  using Known = std::tuple<dev_t, ino_t, off_t, time_t, long>;
  static std::map<Known, std::string> digests;
  std::string& digest =
      digests[{raw.st_dev, raw.st_ino, raw.st_size, raw.st_ctim.tv_sec, raw.st_ctim.tv_nsec}];
  if (digest.empty()) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream bytes;
    bytes << in.rdbuf();
    digest = hex(sha256(bytes.str()));
  }
  return digest;
}

void add(Snapshot& into, const std::string& root, const std::string& relative) {
  const std::string path = root + relative;
  struct stat raw {};
  if (::lstat(path.c_str(), &raw) != 0) return;
  const bool holds_journal = kJournal.starts_with(relative);
  into[relative] = fmt::format(
      "{:o} {}:{} {}.{:09} {}{}", raw.st_mode, raw.st_uid, raw.st_gid, holds_journal ? 0 : raw.st_mtim.tv_sec,
      holds_journal ? 0 : raw.st_mtim.tv_nsec, content_of(path, raw), attributes_of(path));
  if (!S_ISDIR(raw.st_mode)) return;
  DIR* directory = ::opendir(path.c_str());
  if (directory == nullptr) return;
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(directory)) {  // NOLINT(concurrency-mt-unsafe): one thread
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  ::closedir(directory);
  for (const std::string& name : names) {
    const std::string below = fmt::format("{}/{}", relative, name);
    if (below != kJournal) add(into, root, below);
  }
}

}  // namespace

Snapshot snapshot_of(const std::string& root) {
  Snapshot out;
  add(out, root, "");
  return out;
}

std::vector<std::string> differences(const Snapshot& before, const Snapshot& after, std::size_t limit) {
  std::vector<std::string> out;
  for (const auto& entry : before) {
    const auto now = after.find(entry.first);
    if (out.size() >= limit) return out;
    if (now == after.end())
      out.push_back(fmt::format("{} is gone", entry.first));
    else if (now->second != entry.second)
      out.push_back(fmt::format("{}: {} became {}", entry.first, entry.second, now->second));
  }
  for (const auto& entry : after) {
    if (out.size() >= limit) return out;
    if (!before.contains(entry.first)) out.push_back(fmt::format("{} is new", entry.first));
  }
  return out;
}

}  // namespace reentry
