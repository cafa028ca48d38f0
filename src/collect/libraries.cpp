#include "collect/libraries.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <set>

#include "collect/tree_source.hpp"

namespace reentry {
namespace {

constexpr std::size_t kMaxLibraries = 512;
constexpr std::size_t kCacheLimit = std::size_t{8} << 20U;

// The Debian multiarch name of a machine, empty where none is known.
std::string triplet_of(const ElfFile& elf) {
  switch (elf.machine) {
    case 3: return "i386-linux-gnu";
    case 21: return elf.big_endian ? "powerpc64-linux-gnu" : "powerpc64le-linux-gnu";
    case 22: return "s390x-linux-gnu";
    case 40: return "arm-linux-gnueabihf";
    case 62: return elf.wide ? "x86_64-linux-gnu" : "x86_64-linux-gnux32";
    case 183: return "aarch64-linux-gnu";
    case 243: return "riscv64-linux-gnu";
    default: return {};
  }
}

void replace_all(std::string& text, std::string_view what, std::string_view with) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
  }
}

// $ORIGIN, $LIB and $PLATFORM of ld.so(8).
std::string expanded(std::string directory, const HostPath& origin, const ElfFile& program) {
  for (const bool braces : {true, false}) {
    const auto token = [braces](std::string_view name) {
      return braces ? "${" + std::string(name) + "}" : "$" + std::string(name);
    };
    replace_all(directory, token("ORIGIN"), origin.parent().str());
    replace_all(directory, token("LIB"), program.wide ? "lib64" : "lib");
    replace_all(directory, token("PLATFORM"),
                machine_name(program.machine, program.wide, program.big_endian));
  }
  return directory;
}

bool is_musl(const ElfFile& program) {
  return program.interpreter.find("/ld-musl-") != std::string::npos;
}

// The directories that a loader has built in; Debian's names and everybody else's.
std::vector<std::string> default_directories(const ElfFile& program) {
  if (is_musl(program)) return {"/lib", "/usr/local/lib", "/usr/lib"};
  std::vector<std::string> out;
  if (const std::string triplet = triplet_of(program); !triplet.empty()) {
    out = {"/lib/" + triplet, "/usr/lib/" + triplet};
  }
  if (program.wide) out.insert(out.end(), {"/lib64", "/usr/lib64"});
  out.insert(out.end(), {"/lib", "/usr/lib"});
  return out;
}

}  // namespace

HostPath Libraries::below_root(const HostPath& path) const {
  return root_.empty() ? path : HostPath(root_ + path.str());
}

// dl-load.c:open_verify: a file of another class or machine is passed over, a damaged one ends the search.
bool Libraries::try_file(const HostPath& file, const ElfFile& program, Found& found) {
  const PathFact fact = tree_.locate(below_root(file));
  if (fact.end == PathEnd::denied || fact.end == PathEnd::failed) {
    found.state = Found::State::unknown;
    found.why = fact.missing();
    return true;
  }
  if (!fact.found()) return false;
  found.path = fact.real;
  if (fact.node().stat.type != FileType::regular) {
    found.state = Found::State::damaged;
    found.elf.reason = "it is no regular file";
    return true;
  }
  TreeSource source(tree_, fact);
  ElfFile elf = read_elf(source);
  if (elf.state == ElfState::unreadable) {
    found.state = Found::State::unknown;
    found.why = elf.missing;
    return true;
  }
  const bool another_machine = elf.machine != program.machine || elf.wide != program.wide;
  if (elf.ok() && another_machine) return false;
  found.state = elf.ok() ? Found::State::fine : Found::State::damaged;
  found.elf = std::move(elf);
  return true;
}

bool Libraries::try_directory(const std::string& directory, const std::string& name, const Object& owner,
                              const ElfFile& program, Found& found) {
  const HostPath path(expanded(directory, owner.path, program));
  return try_file(path / name, program, found);
}

// A cache that is there decides what the directories of ld.so.conf hold: nobody looks into those. Every path
// in it ends with the name that it is found by, and those of better hardware come first. One whose file is
// gone is passed over (dl-load.c:_dl_map_object).
bool Libraries::from_cache(const std::string& name, const ElfFile& program, Found& found) {
  if (!cache_) cache_ = tree_.read(below_root(HostPath("/etc/ld.so.cache")), kCacheLimit).bytes;
  const Known<std::string>& cache = *cache_;
  if (!cache) return false;
  const std::string needle = "/" + name + '\0';
  const std::string_view bytes = *cache;
  for (std::size_t at = bytes.find(needle); at != std::string_view::npos; at = bytes.find(needle, at + 1)) {
    const std::size_t before = bytes.rfind('\0', at);
    const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
    const std::string_view path = bytes.substr(begin, at + needle.size() - 1 - begin);
    if (path.starts_with('/') && path.size() < 4096 && try_file(HostPath(path), program, found)) return true;
  }
  return false;
}

Libraries::Found Libraries::search(const std::string& name, const Object& wanted_by, const Object& program) {
  Found found;
  if (name.find('/') != std::string::npos) {
    static_cast<void>(try_file(HostPath(name), *program.elf, found));
    return found;
  }
  const auto in_all = [&](const std::vector<std::string>& directories, const Object& owner) {
    return std::any_of(directories.begin(), directories.end(), [&](const std::string& directory) {
      return try_directory(directory, name, owner, *program.elf, found);
    });
  };
  // DT_RPATH counts where there is no DT_RUNPATH, and is inherited from the program.
  if (wanted_by.elf->runpath.empty()) {
    if (in_all(wanted_by.elf->rpath, wanted_by)) return found;
    if (program.elf->runpath.empty() && in_all(program.elf->rpath, program)) return found;
  }
  if (in_all(wanted_by.elf->runpath, wanted_by)) return found;
  if (!is_musl(*program.elf) && from_cache(name, *program.elf, found)) return found;
  for (const std::string& directory : default_directories(*program.elf)) {
    if (try_file(HostPath(directory) / name, *program.elf, found)) return found;
  }
  if (!is_musl(*program.elf) && !*cache_ && !cache_->is_absent()) {
    found.state = Found::State::unknown;
    found.why = cache_->missing();
  }
  return found;
}

const Libraries::Found& Libraries::find(const std::string& name, const Object& wanted_by,
                                        const Object& program) {
  const auto known = found_.find(name);
  if (known != found_.end()) return known->second;
  return found_.emplace(name, search(name, wanted_by, program)).first->second;
}

// The kernel opens the interpreter itself (fs/binfmt_elf.c): without it execve(2) fails with ENOENT, without
// an x bit with EACCES.
bool Libraries::interpreter_fits(const Object& program, ProgramLoad& load) {
  const std::string& path = program.elf->interpreter;
  if (path.empty()) return true;
  LibraryFault fault;
  fault.name = path;
  fault.wanted_by = fault.program = program.path.str();
  Found found;
  const bool there = try_file(HostPath(path), *program.elf, found);
  if (found.state == Found::State::unknown) {
    load.unknown.push_back(found.why);
    return true;
  }
  if (!there || found.state == Found::State::damaged) {
    fault.problem = there ? LibraryProblem::damaged : LibraryProblem::missing;
    fault.reason = found.elf.reason;
    fault.path = there ? found.path.str() : std::string();
    load.faults.push_back(std::move(fault));
    return false;
  }
  const PathFact fact = tree_.locate(found.path);
  if (fact.found() && (fact.node().stat.mode & 0111U) == 0) {
    fault.problem = LibraryProblem::not_executable;
    fault.path = found.path.str();
    load.faults.push_back(std::move(fault));
    return false;
  }
  found_.insert_or_assign(std::string(HostPath(path).name()), std::move(found));
  return true;
}

// dl-version.c:match_symbol. A library without any versions only makes the loader warn.
void Libraries::check_versions(const Object& object, std::string_view program,
                               std::vector<LibraryFault>& faults) {
  for (const NeededVersion& wanted : object.elf->versions_needed) {
    const auto library = found_.find(wanted.library);
    if (wanted.weak || library == found_.end() || library->second.state != Found::State::fine) continue;
    const std::vector<std::uint32_t>& defined = library->second.elf.versions_defined;
    if (defined.empty() || std::find(defined.begin(), defined.end(), wanted.hash) != defined.end()) continue;
    faults.push_back({LibraryProblem::version,
                      wanted.library,
                      library->second.path.str(),
                      wanted.name,
                      object.path.str(),
                      std::string(program),
                      {}});
  }
}

ProgramLoad Libraries::load(const HostPath& path, const ElfFile& elf) {
  ProgramLoad load;
  const Object program{path, &elf};
  if (!interpreter_fits(program, load)) return load;
  const std::string interpreter(HostPath(elf.interpreter).name());
  std::set<std::string, std::less<>> seen;
  std::vector<Object> loaded{program};
  std::deque<Object> todo{program};
  // Breadth first, as the loader maps them.
  while (!todo.empty() && seen.size() < kMaxLibraries) {
    const Object object = todo.front();
    todo.pop_front();
    for (const std::string& name : object.elf->needed) {
      if (name.empty() || !seen.insert(name).second) continue;
      const Found& found = find(name, object, program);
      switch (found.state) {
        case Found::State::fine:
          loaded.push_back({found.path, &found.elf});
          todo.push_back(loaded.back());
          if (name != interpreter) load.libraries.push_back(tree_.walk(found.path));
          break;
        case Found::State::unknown: load.unknown.push_back(found.why); break;
        case Found::State::missing:
          load.faults.push_back({LibraryProblem::missing, name, {}, {}, object.path.str(), path.str(), {}});
          break;
        case Found::State::damaged:
          load.faults.push_back({LibraryProblem::damaged,
                                 name,
                                 found.path.str(),
                                 {},
                                 object.path.str(),
                                 path.str(),
                                 found.elf.reason});
          break;
      }
    }
  }
  for (const Object& object : loaded) check_versions(object, path.str(), load.faults);
  return load;
}

}  // namespace reentry
