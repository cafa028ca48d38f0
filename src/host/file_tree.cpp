#include "host/file_tree.hpp"

#include <fnmatch.h>

#include <algorithm>
#include <deque>

namespace reentry {
namespace {

// MAXSYMLINKS of the kernel.
constexpr int kMaxSymlinks = 40;
// Names that a directory may have before we call its listing unreadable: bounds a hostile tree.
constexpr std::size_t kMaxGlobMatches = 100'000;

bool has_wildcard(std::string_view component) {
  return component.find_first_of("*?[") != std::string_view::npos;
}

void push_front_components(std::deque<std::string>& todo, const std::string& target) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  while (begin <= target.size()) {
    const std::size_t slash = std::min(target.find('/', begin), target.size());
    const std::string part = target.substr(begin, slash - begin);
    if (!part.empty() && part != ".") parts.push_back(part);
    begin = slash + 1;
  }
  todo.insert(todo.begin(), parts.begin(), parts.end());
}

}  // namespace

const FileTree::Lookup& FileTree::remembered(const HostPath& physical) {
  const auto known = directories_.find(physical.str());
  if (known != directories_.end()) return known->second;
  return directories_.emplace(physical.str(), lookup(physical)).first->second;
}

// The last component of a path: a file there is seldom asked for twice, a directory is asked for again by
// every path below it.
FileTree::Lookup FileTree::last_lookup(const HostPath& physical) {
  const auto known = directories_.find(physical.str());
  if (known != directories_.end()) return known->second;
  Lookup found = lookup(physical);
  const bool directory = found.end == PathEnd::found && found.node.stat.type == FileType::directory;
  if (directory) directories_.emplace(physical.str(), found);
  return found;
}

PathFact FileTree::walk(const HostPath& path) {
  return resolve(path, true);
}

PathFact FileTree::walk_nofollow(const HostPath& path) {
  return resolve(path, false);
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
  std::deque<std::string> todo;
  push_front_components(todo, path.str());
  HostPath here;
  int symlinks = 0;
  const auto stop = [&fact](PathEnd end, const HostPath& at, std::string detail) {
    fact.end = end;
    fact.stopped_at = at;
    fact.detail = std::move(detail);
  };
  if (!visit(fact, here)) return fact;
  while (!todo.empty()) {
    const std::string part = std::move(todo.front());
    todo.pop_front();
    if (part == "..") {
      here = here.parent();
      const Lookup& up = remembered(here);
      if (up.end == PathEnd::found) fact.visited.push_back(up.node);
      continue;
    }
    const HostPath next = here / part;
    const bool last = todo.empty();
    const Lookup found = last ? last_lookup(next) : remembered(next);
    if (found.end != PathEnd::found) {
      stop(found.end, next, found.detail);
      return fact;
    }
    fact.visited.push_back(found.node);
    if (found.node.stat.type == FileType::symlink && (!last || follow_last)) {
      if (++symlinks > kMaxSymlinks) {
        stop(PathEnd::loop, next, "Too many levels of symbolic links");
        return fact;
      }
      if (found.node.link_target.starts_with('/')) here = HostPath();
      push_front_components(todo, found.node.link_target);
      if (todo.empty()) {
        const Lookup& at = remembered(here);
        fact.visited.push_back(at.node);
      }
      continue;
    }
    if (!last && found.node.stat.type != FileType::directory) {
      stop(PathEnd::not_a_directory, next, "Not a directory");
      return fact;
    }
    here = next;
  }
  // `..` at the end, or a link to `/`: the node itself must be the last one visited.
  if (fact.visited.back().path != here && !visit(fact, here)) return fact;
  fact.end = PathEnd::found;
  fact.real = here;
  return fact;
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
    fact.bytes = read_regular(fact.path.real, limit);
    if (!fact.bytes) fact.bytes = Missing{fact.bytes.missing().why, path.str(), fact.bytes.missing().detail};
  }
  trace_.add("read", path.str(), fact.bytes ? "" : fact.bytes.missing().detail);
  return fact;
}

Known<std::string> FileTree::read_part(const HostPath& path, std::uint64_t offset, std::size_t length) {
  const PathFact at = walk(path);
  Known<std::string> bytes;
  if (!at.found()) {
    bytes = at.missing();
  } else if (at.node().stat.type != FileType::regular) {
    bytes = Missing{Why::unreadable, path.str(), "not a regular file"};
  } else {
    bytes = read_range(at.real, offset, length);
  }
  trace_.add("read", path.str(), bytes ? "" : bytes.missing().detail);
  return bytes;
}

Known<std::vector<std::string>> FileTree::list(const HostPath& directory) {
  const PathFact at = walk(directory);
  if (!at.found()) return at.missing();
  if (at.node().stat.type != FileType::directory) {
    return Missing{Why::unreadable, directory.str(), "not a directory"};
  }
  Known<std::vector<std::string>> names = list_directory(at.real);
  if (names) std::sort(names->begin(), names->end());
  trace_.add("list", directory.str(), names ? "" : names.missing().detail);
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
        next.push_back(base / part);
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
