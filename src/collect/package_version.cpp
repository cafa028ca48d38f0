#include "collect/package_version.hpp"

#include <algorithm>

#include "collect/tree_source.hpp"

namespace reentry {
namespace {

constexpr std::size_t kChunk = 128 * 1024;
// A paragraph of a database is shorter, its dependencies included.
constexpr std::size_t kParagraph = 16 * 1024;
constexpr std::uint64_t kDatabaseLimit = std::uint64_t{64} << 20U;

// The paragraph that begins with `first` (a whole line), from that line on. A database has megabytes and one
// paragraph is wanted: it is searched in pieces and not taken apart.
std::string paragraph_of(FileTree& tree, const HostPath& database, std::string_view first) {
  const PathFact at = tree.locate(database);
  if (!at.found() || at.node().stat.type != FileType::regular) return {};
  TreeSource source(tree, at);
  const std::string needle = "\n" + std::string(first) + "\n";
  std::string window = "\n";
  for (std::uint64_t offset = 0; offset < std::min(source.size(), kDatabaseLimit); offset += kChunk) {
    const Known<std::string> part = source.read(offset, kChunk);
    if (!part || part->empty()) return {};
    window += *part;
    const std::size_t found = window.find(needle);
    if (found != std::string::npos) {
      std::string paragraph = window.substr(found + 1);
      if (const Known<std::string> more = source.read(offset + part->size(), kParagraph)) paragraph += *more;
      return paragraph.substr(0, std::min(paragraph.find("\n\n"), kParagraph));
    }
    window.erase(0, window.size() - std::min(window.size(), needle.size()));
  }
  return {};
}

std::string_view field_of(std::string_view paragraph, std::string_view name) {
  const std::string start = "\n" + std::string(name);
  const std::size_t found = paragraph.find(start);
  if (found == std::string_view::npos) return {};
  std::string_view value = paragraph.substr(found + start.size());
  value = value.substr(0, value.find('\n'));
  value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
  return value;
}

std::optional<PackageVersion> from_dpkg(FileTree& tree, const std::string& name, const std::string& path) {
  const std::string paragraph = paragraph_of(tree, HostPath(path), "Package: " + name);
  const std::string_view version = field_of(paragraph, "Version:");
  // `deinstall ok config-files`: the configuration is all that is left.
  const std::string_view status = field_of(paragraph, "Status:");
  if (version.empty() || status.find("config-files") != std::string_view::npos) return std::nullopt;
  return PackageVersion{name, std::string(version), path};
}

// Directories NAME-VERSION-RELEASE.
std::optional<PackageVersion> from_pacman(FileTree& tree, const std::string& name) {
  const HostPath database("/var/lib/pacman/local");
  const auto names = tree.list(database);
  if (!names) return std::nullopt;
  for (const std::string& entry : *names) {
    if (!entry.starts_with(name + "-") || entry.size() <= name.size() + 1) continue;
    const char digit = entry[name.size() + 1];
    if (digit < '0' || digit > '9') continue;
    return PackageVersion{name, entry.substr(name.size() + 1), (database / entry).str()};
  }
  return std::nullopt;
}

}  // namespace

std::optional<PackageVersion> package_version(FileTree& tree, std::string_view name) {
  const std::string text(name);
  // Images without a package manager keep one file a package (dpkg's status.d).
  for (const std::string& path : {std::string("/var/lib/dpkg/status"), "/var/lib/dpkg/status.d/" + text}) {
    if (auto found = from_dpkg(tree, text, path)) return found;
  }
  const std::string apk = "/lib/apk/db/installed";
  const std::string paragraph = paragraph_of(tree, HostPath(apk), "P:" + text);
  if (const std::string_view version = field_of(paragraph, "V:"); !version.empty()) {
    return PackageVersion{text, std::string(version), apk};
  }
  return from_pacman(tree, text);
}

}  // namespace reentry
