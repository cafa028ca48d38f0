#include "host/file_tree.hpp"

#include <fnmatch.h>

#include <algorithm>

#include "host/descriptor.hpp"

namespace reentry {
namespace {

// Lookups in one generation: enough for a whole host without its homes.
constexpr std::size_t kGeneration = 4096;
// Files that are read more than once are small, and asked for early.
constexpr std::size_t kKeptFiles = 128;
constexpr std::size_t kKeptFileLimit = 64 * 1024;
constexpr std::size_t kRealDirectories = 256;
// Directories of units and drop-ins are listed several times.
constexpr std::size_t kKeptLists = 64;
constexpr std::size_t kKeptNames = 1024;
// Links from a name to another in the same directory, libfoo.so.1 to libfoo.so.1.2, are short chains.
constexpr int kShortChain = 4;
// Names that a directory may have before we call its listing unreadable: bounds a hostile tree.
constexpr std::size_t kMaxGlobMatches = 100'000;

// A backslash takes the meaning from the character behind it.
std::string without_backslashes(std::string_view component) {
  std::string out;
  for (std::size_t i = 0; i < component.size(); ++i) {
    if (component[i] == '\\' && i + 1 < component.size()) ++i;
    out += component[i];
  }
  return out;
}

bool has_wildcard(std::string_view component) {
  return component.find_first_of("*?[") != std::string_view::npos;
}

// The first component of `rest` that is neither empty nor `.`, taken off it; empty at the end.
std::string_view take_component(std::string_view& rest) {
  while (!rest.empty()) {
    const std::string_view part = rest.substr(0, rest.find('/'));
    rest.remove_prefix(std::min(part.size() + 1, rest.size()));
    if (!part.empty() && part != ".") return part;
  }
  return {};
}

bool has_component(std::string_view rest) {
  return !take_component(rest).empty();
}

}  // namespace

void FileTree::forget() {
  lookups_.clear();
  older_lookups_.clear();
  real_directories_.clear();
  kept_files_.clear();
  kept_lists_.clear();
}

// The answer holds until the next call.
const FileTree::Lookup& FileTree::remembered(const HostPath& physical) {
  const auto known = lookups_.find(physical.str());
  if (known != lookups_.end()) return known->second;
  if (lookups_.size() >= kGeneration) {
    older_lookups_ = std::move(lookups_);
    lookups_.clear();
  }
  if (auto older = older_lookups_.extract(physical.str())) {
    return lookups_.insert(std::move(older)).position->second;
  }
  return lookups_.emplace(physical.str(), lookup(physical)).first->second;
}

PathFact FileTree::walk(const HostPath& path) {
  return resolve(path, true);
}

PathFact FileTree::walk_nofollow(const HostPath& path) {
  return resolve(path, false);
}

// The physical path of a directory; nullptr where there is none at `path`.
const HostPath* FileTree::real_directory(const HostPath& path) {
  const auto known = real_directories_.find(path.str());
  if (known != real_directories_.end()) return &known->second;
  const PathFact fact = walk(path);
  if (!fact.found() || fact.node().stat.type != FileType::directory) return nullptr;
  if (real_directories_.size() >= kRealDirectories) real_directories_.clear();
  return &real_directories_.emplace(path.str(), fact.real).first->second;
}

PathFact FileTree::locate(const HostPath& path) {
  const HostPath* directory = path.is_root() || path.name() == ".." ? nullptr : real_directory(path.parent());
  HostPath next = directory == nullptr ? HostPath() : *directory / path.name();
  for (int links = 0; directory != nullptr && links < kShortChain; ++links) {
    const Lookup& found = remembered(next);
    PathFact fact;
    fact.asked = path;
    fact.end = found.end;
    if (found.end != PathEnd::found) {
      fact.stopped_at = next;
      fact.detail = found.detail;
      return fact;
    }
    const std::string& target = found.node.link_target;
    if (found.node.stat.type != FileType::symlink) {
      fact.visited.push_back(found.node);
      fact.real = std::move(next);
      return fact;
    }
    if (target.empty() || target.front() == '.' || target.find('/') != std::string::npos) break;
    next = *directory / target;
  }
  PathFact fact = walk(path);
  if (fact.found()) fact.visited.erase(fact.visited.begin(), fact.visited.end() - 1);
  if (!fact.found()) fact.visited.clear();
  return fact;
}

// Adds a directory that `fact` comes by; false, with the fact's end, where it isn't there any more.
bool FileTree::visit(PathFact& fact, const HostPath& directory) {
  const Lookup& found = remembered(directory);
  if (found.end != PathEnd::found) {
    fact.end = found.end;
    fact.stopped_at = directory;
    fact.detail = found.detail;
    return false;
  }
  fact.visited.push_back(found.node);
  return true;
}

// Component by component, as the kernel's path walk with RESOLVE_IN_ROOT does it: nothing but `lookup` of a
// path without symlinks ever reaches the target, so nothing outside it can be opened.
PathFact FileTree::resolve(const HostPath& path, bool follow_last) {
  PathFact fact;
  fact.asked = path;
  std::string todo = path.str();
  std::string_view rest = todo;
  fact.visited.reserve(1 + static_cast<std::size_t>(std::count(todo.begin(), todo.end(), '/')));
  HostPath here;
  int symlinks = 0;
  const auto stop = [&fact](PathEnd end, const HostPath& at, std::string detail) {
    fact.end = end;
    fact.stopped_at = at;
    fact.detail = std::move(detail);
  };
  if (!visit(fact, here)) return fact;
  for (std::string_view part = take_component(rest); !part.empty(); part = take_component(rest)) {
    if (part == "..") {
      here = here.parent();
      const Lookup& up = remembered(here);
      if (up.end == PathEnd::found) fact.visited.push_back(up.node);
      continue;
    }
    HostPath next = here / part;
    const bool last = !has_component(rest);
    const Lookup& found = remembered(next);
    if (found.end != PathEnd::found) {
      stop(found.end, next, found.detail);
      return fact;
    }
    fact.visited.push_back(found.node);
    const PathNode& node = fact.visited.back();
    if (node.stat.type == FileType::symlink && (!last || follow_last)) {
      if (++symlinks > kMaxSymlinks) {
        stop(PathEnd::loop, next, "Too many levels of symbolic links");
        return fact;
      }
      if (node.link_target.starts_with('/')) here = HostPath();
      todo = node.link_target + '/' + std::string(rest);
      rest = todo;
      if (!has_component(rest)) fact.visited.push_back(remembered(here).node);
      continue;
    }
    if (!last && node.stat.type != FileType::directory) {
      stop(PathEnd::not_a_directory, next, "Not a directory");
      return fact;
    }
    here = std::move(next);
  }
  // `..` at the end, or a link to `/`: the node itself must be the last one visited.
  if (fact.visited.back().path != here && !visit(fact, here)) return fact;
  fact.end = PathEnd::found;
  fact.real = std::move(here);
  return fact;
}

Known<std::string> FileTree::bytes_of(const HostPath& physical, std::size_t limit) {
  const auto kept = kept_files_.find(physical.str());
  if (kept != kept_files_.end() && kept->second.size() <= limit) return kept->second;
  Known<std::string> bytes = read_regular(physical, limit);
  if (bytes && bytes->size() <= kKeptFileLimit && kept_files_.size() < kKeptFiles) {
    kept_files_.emplace(physical.str(), *bytes);
  }
  return bytes;
}

FileFact FileTree::read(const HostPath& path, std::size_t limit) {
  FileFact fact;
  fact.path = walk(path);
  if (!fact.path.found()) {
    fact.bytes = fact.path.missing();
  } else if (fact.path.node().stat.type != FileType::regular) {
    fact.bytes = Missing{Why::unreadable, path.str(), "not a regular file"};
  } else if (fact.path.node().stat.size > limit) {
    fact.bytes = Missing{Why::unreadable, path.str(), "larger than " + std::to_string(limit) + " bytes"};
  } else {
    fact.bytes = bytes_of(fact.path.real, limit);
    if (!fact.bytes) fact.bytes = Missing{fact.bytes.missing().why, path.str(), fact.bytes.missing().detail};
  }
  if (trace_.enabled()) trace_.add("read", path.str(), fact.bytes ? "" : fact.bytes.missing().detail);
  return fact;
}

Known<std::string> FileTree::read_part(const HostPath& path, std::uint64_t offset, std::size_t length) {
  const PathFact at = locate(path);
  Known<std::string> bytes;
  if (!at.found()) {
    bytes = at.missing();
  } else if (at.node().stat.type != FileType::regular) {
    bytes = Missing{Why::unreadable, path.str(), "not a regular file"};
  } else {
    bytes = read_range(at.real, offset, length);
  }
  if (trace_.enabled()) trace_.add("read", path.str(), bytes ? "" : bytes.missing().detail);
  return bytes;
}

Known<std::vector<std::string>> FileTree::list(const HostPath& directory) {
  const PathFact at = locate(directory);
  if (!at.found()) return at.missing();
  if (at.node().stat.type != FileType::directory) {
    return Missing{Why::unreadable, directory.str(), "not a directory"};
  }
  const auto kept = kept_lists_.find(at.real.str());
  if (kept != kept_lists_.end()) return kept->second;
  Known<std::vector<std::string>> names = list_directory(at.real);
  if (names) std::sort(names->begin(), names->end());
  if (names && names->size() <= kKeptNames && kept_lists_.size() < kKeptLists) {
    kept_lists_.emplace(at.real.str(), *names);
  }
  if (trace_.enabled()) trace_.add("list", directory.str(), names ? "" : names.missing().detail);
  return names;
}

Known<std::vector<HostPath>> FileTree::glob(const HostPath& pattern) {
  std::vector<HostPath> matches{HostPath()};
  const std::vector<std::string_view> parts = pattern.components();
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::string part(parts[i]);
    const bool last = i + 1 == parts.size();
    std::vector<HostPath> next;
    for (const HostPath& base : matches) {
      if (!has_wildcard(part)) {
        next.push_back(base / without_backslashes(part));
        continue;
      }
      const Known<std::vector<std::string>> names = list(base);
      if (!names) {
        // glob(3) takes what is absent or no directory as no match; what can't be read is GLOB_ABORTED.
        if (names.missing().why == Why::denied) return names.missing();
        continue;
      }
      for (const std::string& name : *names) {
        if (::fnmatch(part.c_str(), name.c_str(), FNM_PERIOD | FNM_PATHNAME) == 0)
          next.push_back(base / name);
        if (next.size() > kMaxGlobMatches) return Missing{Why::unreadable, pattern.str(), "too many matches"};
      }
    }
    matches = std::move(next);
    if (last || matches.empty()) break;
  }
  std::vector<HostPath> existing;
  for (HostPath& match : matches) {
    // A dangling link matches too: sshd then fails to open it.
    const PathFact at = walk_nofollow(match);
    if (at.found()) existing.push_back(std::move(match));
  }
  return existing;
}

}  // namespace reentry
