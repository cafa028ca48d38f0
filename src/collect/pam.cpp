#include "collect/pam.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "collect/byte_search.hpp"
#include "collect/library_directories.hpp"
#include "collect/time_zone.hpp"
#include "collect/tree_source.hpp"
#include "facts/pam.hpp"

namespace reentry {
namespace {

class TreeInput final : public PamInput {
 public:
  explicit TreeInput(FileTree& tree) : tree_(tree) {}
  Known<std::string> read(const HostPath& path) override { return tree_.read(path).bytes; }
  bool is_directory(const HostPath& path) override {
    const PathFact fact = tree_.walk(path);
    return fact.found() && fact.node().stat.type == FileType::directory;
  }

 private:
  FileTree& tree_;
};

// A library and the directory that it was found in first.
struct FoundLibrary {
  HostPath directory;
  PathFact file;
};
std::optional<FoundLibrary> find_library(FileTree& tree, std::string_view name) {
  for (const std::string_view directory : kLibraryDirectories) {
    PathFact file = tree.locate(HostPath(directory) / name);
    if (!file.found() || file.node().stat.type != FileType::regular) continue;
    if (file.node().stat.size > kReadLimit) continue;
    TreeSource source(tree, file);
    if (source.read(0, 1)) return FoundLibrary{HostPath(directory), std::move(file)};
  }
  return std::nullopt;
}

bool library_contains(FileTree& tree, const FoundLibrary& library, std::string_view text) {
  TreeSource source(tree, library.file);
  return contains_bytes(source, text);
}

std::optional<PamVersion> parse_version(std::string_view text) {
  const std::size_t epoch = text.find(':');
  if (epoch < 4) text.remove_prefix(epoch + 1);
  PamVersion version;
  const std::array<int*, 3> parts = {&version.major, &version.minor, &version.patch};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    *parts[i] = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), *parts[i]);
    if (parsed.ec != std::errc{}) return i == 0 ? std::nullopt : std::optional(version);
    text.remove_prefix(static_cast<std::size_t>(parsed.ptr - text.data()));
    if (text.empty() || text.front() != '.') return version;
    text.remove_prefix(1);
  }
  return version;
}

// dpkg's status database: the stanza of libpam0g.
std::optional<PamVersion> version_of_package(FileTree& tree) {
  const FileFact status = tree.read(HostPath("/var/lib/dpkg/status"));
  if (!status.bytes) return std::nullopt;
  const std::string_view text = *status.bytes;
  for (const std::string_view name :
       {"Package: libpam0g\n", "Package: libpam0t64\n", "Package: libpam-modules\n"}) {
    const std::size_t start = text.find(name);
    if (start == std::string_view::npos) continue;
    const std::string_view stanza = text.substr(start, text.find("\n\n", start) - start);
    const std::size_t version = stanza.find("\nVersion: ");
    if (version != std::string_view::npos) return parse_version(stanza.substr(version + 10));
  }
  return std::nullopt;
}

std::string value_of(std::string_view os_release, std::string_view name) {
  std::size_t start = 0;
  while (start < os_release.size()) {
    const std::size_t end = std::min(os_release.find('\n', start), os_release.size());
    std::string_view line = os_release.substr(start, end - start);
    start = end + 1;
    if (line.size() <= name.size() || line.substr(0, name.size()) != name || line[name.size()] != '=')
      continue;
    line.remove_prefix(name.size() + 1);
    while (!line.empty() && (line.front() == '"' || line.front() == '\'')) line.remove_prefix(1);
    while (!line.empty() && (line.back() == '"' || line.back() == '\'' || line.back() == '\r'))
      line.remove_suffix(1);
    return std::string(line);
  }
  return {};
}

// What each release ships and never changes but for fixes.
std::optional<PamVersion> version_of_release(FileTree& tree) {
  struct Release {
    std::string_view id;
    std::string_view version;  // how VERSION_ID begins
    PamVersion pam;
  };
  constexpr std::array<Release, 26> kReleases = {{
      {"rhel", "7", {1, 1, 8}},       {"rhel", "8", {1, 3, 1}},       {"rhel", "9", {1, 5, 1}},
      {"rhel", "10", {1, 6, 1}},      {"centos", "7", {1, 1, 8}},     {"centos", "8", {1, 3, 1}},
      {"centos", "9", {1, 5, 1}},     {"centos", "10", {1, 6, 1}},    {"rocky", "8", {1, 3, 1}},
      {"rocky", "9", {1, 5, 1}},      {"rocky", "10", {1, 6, 1}},     {"almalinux", "8", {1, 3, 1}},
      {"almalinux", "9", {1, 5, 1}},  {"almalinux", "10", {1, 6, 1}}, {"ol", "7", {1, 1, 8}},
      {"ol", "8", {1, 3, 1}},         {"ol", "9", {1, 5, 1}},         {"amzn", "2023", {1, 5, 1}},
      {"amzn", "2", {1, 1, 8}},       {"debian", "11", {1, 4, 0}},    {"debian", "12", {1, 5, 2}},
      {"debian", "13", {1, 7, 0}},    {"ubuntu", "20.04", {1, 3, 1}}, {"ubuntu", "22.04", {1, 4, 0}},
      {"ubuntu", "24.04", {1, 5, 3}}, {"ubuntu", "18.04", {1, 1, 8}},
  }};
  const FileFact file = tree.read(HostPath("/etc/os-release"));
  if (!file.bytes) return std::nullopt;
  const std::string id = value_of(*file.bytes, "ID");
  const std::string number = value_of(*file.bytes, "VERSION_ID");
  for (const Release& release : kReleases) {
    const std::string_view begin = std::string_view(number).substr(0, release.version.size());
    const bool ends = number.size() == release.version.size() || number[begin.size()] == '.';
    if (release.id == id && begin == release.version && ends) return release.pam;
  }
  return std::nullopt;
}

void collect_library(FileTree& tree, PamFacts& pam) {
  if (const std::optional<FoundLibrary> library = find_library(tree, "libpam.so.0")) {
    pam.debian_include = library_contains(tree, *library, "@include");
    pam.module_directories.push_back(library->directory / "security");
  } else {
    for (const std::string_view path : kLibraryDirectories)
      pam.module_directories.push_back(HostPath(path) / "security");
  }
  if (pam.debian_include) pam.module_directories.push_back(HostPath("/lib/security"));
  // The release is one small file; dpkg's database is half a megabyte.
  std::optional<PamVersion> version = version_of_release(tree);
  if (!version) version = version_of_package(tree);
  pam.version = version ? Known<PamVersion>(*version)
                        : Known<PamVersion>(Missing{Why::absent, "/etc/os-release", "version of Linux-PAM"});
  for (const std::string_view name : {"libcrypt.so.1", "libcrypt.so.2"}) {
    const std::optional<FoundLibrary> library = find_library(tree, name);
    if (!library) continue;
    pam.yescrypt = library_contains(tree, *library, "$y$");
    return;
  }
  pam.yescrypt = Missing{Why::absent, "libcrypt.so.1", {}};
}

// pam_handlers.c:_pam_load_module: a name without a path is looked for in the module directory; `$ISA` stands
// for the directory of the machine's word size.
PathFact find_module(FileTree& tree, const PamFacts& pam, const std::string& name) {
  std::vector<HostPath> places;
  if (!name.empty() && name.front() == '/') {
    const std::size_t isa = name.find("$ISA");
    if (isa == std::string::npos || pam.debian_include) {  // Debian's patch leaves absolute paths alone
      places.emplace_back(name);
    } else {
      for (const std::string_view part : {"../../lib64/security", "../lib64/security", "."}) {
        places.emplace_back(name.substr(0, isa) + std::string(part) + name.substr(isa + 4));
      }
    }
  } else {
    for (const HostPath& directory : pam.module_directories) places.push_back(directory / name);
  }
  PathFact first;
  for (std::size_t i = 0; i < places.size(); ++i) {
    PathFact fact = tree.walk(places[i]);
    if (fact.found() || i == 0) first = std::move(fact);
    if (first.found()) break;
  }
  return first;
}

void put_file(FileTree& tree, Facts& facts, const HostPath& path) {
  if (facts.paths.find(path) == nullptr) facts.paths.put(tree.read(path));
}

std::vector<HostPath> put_glob(FileTree& tree, Facts& facts, std::string_view pattern) {
  const Known<std::vector<HostPath>> files = tree.glob(HostPath(pattern));
  if (!files) return {};
  for (const HostPath& path : *files) put_file(tree, facts, path);
  return *files;
}

// The whole tally directory, if there is one: accounts that no file speaks of have no tally.
void collect_tallies(FileTree& tree, Facts& facts, const HostPath& directory) {
  auto& done = facts.pam.tally_directories;
  if (std::find(done.begin(), done.end(), directory) != done.end()) return;
  const Known<std::vector<std::string>> names = tree.list(directory);
  if (!names && !names.is_absent()) return;
  if (names) {
    for (const std::string& name : *names) put_file(tree, facts, directory / name);
  }
  done.push_back(directory);
}

// `dir` of faillock.conf.
std::string tally_directory(const Known<std::string>& configuration) {
  std::string directory = "/var/run/faillock";
  if (!configuration) return directory;
  std::string_view bytes = *configuration;
  while (!bytes.empty()) {
    const std::size_t end = std::min(bytes.find('\n'), bytes.size());
    const std::string_view line = bytes.substr(0, end);
    bytes.remove_prefix(std::min(bytes.size(), end + 1));
    const std::size_t name = line.find_first_not_of(" \t");
    if (name == std::string_view::npos || line.substr(name, 3) != "dir") continue;
    const std::size_t value = line.find_first_not_of(" \t=", name + 3);
    if (value == std::string_view::npos || line[value] != '/') continue;
    directory = line.substr(value, line.find_last_not_of(" \t\r") + 1 - value);
  }
  return directory;
}

std::string_view argument_of(const PamHandler& handler, std::string_view name) {
  std::string_view value;
  for (const std::string& argument : handler.arguments) {
    const std::string_view text = argument;
    if (text.size() > name.size() && text.substr(0, name.size()) == name && text[name.size()] == '=') {
      value = text.substr(name.size() + 1);
    }
  }
  return value;
}

// Every file that a module of these stacks would read.
void collect_module_files(FileTree& tree, Facts& facts, const PamHandler& handler) {
  const auto is = [&handler](std::string_view name) {
    return handler.module.find(name) != std::string::npos;
  };
  const auto put = [&](std::string_view name, std::string_view otherwise) {
    const std::string_view given = argument_of(handler, name);
    if (!given.empty() || !otherwise.empty())
      put_file(tree, facts, HostPath(given.empty() ? otherwise : given));
  };
  if (is("pam_access")) {
    put("accessfile", "/etc/security/access.conf");
    facts.pam.access_files = put_glob(tree, facts, "/etc/security/access.d/*.conf");
  } else if (is("pam_limits")) {
    put("conf", "/etc/security/limits.conf");
    put("", "/run/utmp");
    facts.pam.limits_files = put_glob(tree, facts, "/etc/security/limits.d/*.conf");
  } else if (is("pam_time")) {
    put("conffile", "/etc/security/time.conf");
  } else if (is("pam_listfile")) {
    put("file", "");
  } else if (is("pam_nologin")) {
    put("file", "");
    put("", "/var/run/nologin");
  } else if (is("pam_securetty")) {
    put("", "/etc/securetty");
  } else if (is("pam_namespace")) {
    put("", "/etc/security/namespace.conf");
  } else if (is("pam_faillock")) {
    put("conf", "/etc/security/faillock.conf");
    const std::string_view conf = argument_of(handler, "conf");
    const FileFact* file = facts.paths.find(HostPath(conf.empty() ? "/etc/security/faillock.conf" : conf));
    const std::string_view given = argument_of(handler, "dir");
    collect_tallies(tree, facts, HostPath(given.empty() ? tally_directory(file->bytes) : std::string(given)));
  }
}

// PAMServiceName (9.8+) is global: what a Match block says of it is not taken over.
std::string service_name(const Facts& facts) {
  if (facts.ssh.at_least(9, 8)) {
    for (const ConfigLine& line : facts.config.lines) {
      if (line.keyword == "pamservicename" && line.match == 0 && !line.dead && !line.values.empty()) {
        return line.values.front();
      }
    }
  }
  return "sshd";
}

}  // namespace

void collect_pam(FileTree& tree, Facts& facts) {
  put_file(tree, facts, HostPath("/etc/nologin"));
  put_file(tree, facts, HostPath("/etc/shells"));
  PamFacts& pam = facts.pam;
  collect_library(tree, pam);
  TreeInput input(tree);
  pam.sshd = parse_pam_service(input, service_name(facts), pam.debian_include);
  pam.utc_offset = collect_utc_offset(tree, facts.now);
  for (const auto* stacks : {&pam.sshd.own, &pam.sshd.other}) {
    for (const std::vector<PamHandler>& stack : *stacks) {
      for (const PamHandler& handler : stack) {
        const bool loads =
            handler.kind == PamHandler::Kind::module || handler.kind == PamHandler::Kind::silent_module;
        if (!loads) continue;
        if (pam.modules.find(handler.module) == pam.modules.end()) {
          pam.modules.emplace(handler.module, find_module(tree, pam, handler.module));
        }
        collect_module_files(tree, facts, handler);
      }
    }
  }
}

}  // namespace reentry
