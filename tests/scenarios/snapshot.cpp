#include "scenarios/snapshot.hpp"

#include <dirent.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>
#include <string_view>

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
  std::ifstream in(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << in.rdbuf();
  return hex(sha256(bytes.str()));
}

bool is_left_out(const Layers& layers, const std::string& relative) {
  return relative == kJournal ||
         std::find(layers.left_out.begin(), layers.left_out.end(), relative) != layers.left_out.end();
}

// Also where something that is left out lies in it: its times change with that.
bool is_untimed(const Layers& layers, const std::string& relative) {
  for (const std::string& each : layers.untimed) {
    if (relative == each || relative.starts_with(each + "/")) return true;
  }
  return kJournal.starts_with(relative) ||
         std::any_of(layers.left_out.begin(), layers.left_out.end(),
                     [&](const std::string& each) { return each.substr(0, each.rfind('/')) == relative; });
}

// Empty when there is no such node.
std::string describe(const Layers& layers, const std::string& path, const std::string& relative) {
  struct stat raw {};
  if (::lstat(path.c_str(), &raw) != 0) return {};
  const bool untimed = is_untimed(layers, relative);
  return fmt::format("{:o} {}:{} {}.{:09} {}{}", raw.st_mode, raw.st_uid, raw.st_gid,
                     untimed ? 0 : raw.st_mtim.tv_sec, untimed ? 0 : raw.st_mtim.tv_nsec,
                     content_of(path, raw), attributes_of(path));
}

bool is_opaque(const std::string& path) {
  char value = 0;
  return ::lgetxattr(path.c_str(), "trusted.overlay.opaque", &value, 1) == 1 && value == 'y';
}

void add(Snapshot& into, const Layers& layers, const std::string& relative) {
  const std::string path = layers.upper + relative;
  struct stat raw {};
  if (::lstat(path.c_str(), &raw) != 0) return;
  into.nodes[relative] = describe(layers, layers.root + relative, relative);
  if (!S_ISDIR(raw.st_mode) || is_opaque(path)) into.covers.insert(relative);
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
    if (!is_left_out(layers, below)) add(into, layers, below);
  }
}

// A path as `snapshot` saw it; what the upper layer did not hold was the lower one's.
std::string seen_in(const Snapshot& snapshot, const Layers& layers, const std::string& relative) {
  const auto found = snapshot.nodes.find(relative);
  if (found != snapshot.nodes.end()) return found->second;
  for (std::string above = relative; !above.empty(); above.resize(above.rfind('/'))) {
    if (snapshot.covers.contains(above)) return {};
  }
  return describe(layers, layers.lower + relative, relative);
}

}  // namespace

Snapshot snapshot_of(const Layers& layers) {
  Snapshot out;
  add(out, layers, "");
  return out;
}

std::vector<std::string> differences(const Layers& layers, const Snapshot& before, const Snapshot& after,
                                     std::size_t limit) {
  std::set<std::string> paths;
  for (const Snapshot* snapshot : {&before, &after}) {
    for (const auto& entry : snapshot->nodes) paths.insert(entry.first);
  }
  std::vector<std::string> out;
  for (const std::string& path : paths) {
    if (out.size() >= limit) break;
    const std::string was = seen_in(before, layers, path);
    const std::string is = seen_in(after, layers, path);
    // A directory made anew hides what the base tree has below it.
    const bool hides =
        after.covers.contains(path) && !before.covers.contains(path) && !was.empty() && was.starts_with('4');
    if (was != is) {
      out.push_back(was.empty()  ? fmt::format("{} is new", path)
                    : is.empty() ? fmt::format("{} is gone", path)
                                 : fmt::format("{}: {} became {}", path, was, is));
    } else if (hides) {
      out.push_back(fmt::format("{} was made anew", path));
    }
  }
  return out;
}

}  // namespace reentry
