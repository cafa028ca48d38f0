#include "collect/packages.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <utility>

#include "base/digest.hpp"

namespace reentry {
namespace {

constexpr std::size_t kDatabaseFile = std::size_t{8} << 20U;
constexpr std::size_t kProgramFile = std::size_t{32} << 20U;
constexpr std::size_t kMostChanged = 64;
const HostPath kInfo("/var/lib/dpkg/info");  // NOLINT(cert-err58-cpp): a constant path

// Those whose files a login runs through; a name without its architecture may have it in its files' names.
constexpr std::array<std::string_view, 9> kLooked = {
    "openssh-server", "openssh-sftp-server", "libpam-modules", "libpam0g", "libpam-runtime",
    "libssl3",        "libssl3t64",          "libssl1.1",      "libwrap0"};

std::string debian_architecture(const Facts& facts) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kNames = {{{"x86_64", "amd64"},
                                                                                    {"aarch64", "arm64"},
                                                                                    {"i386", "i386"},
                                                                                    {"i686", "i386"},
                                                                                    {"armv7l", "armhf"},
                                                                                    {"riscv64", "riscv64"}}};
  for (const auto& [machine, name] : kNames) {
    if (machine == facts.target.machine) return std::string(name);
  }
  return {};
}

// Programs, libraries, modules and units; what else a package brings lets nobody in.
bool is_of_use(std::string_view path) {
  for (const char* useless : {"/usr/share/", "/usr/lib/debug/", "/usr/include/"}) {
    if (path.starts_with(useless)) return false;
  }
  return true;
}

// One package's files against its md5sums.
class PackageFiles {
 public:
  PackageFiles(FileTree& tree, std::string package) : tree_(tree), package_(std::move(package)) {}

  // False where the database does not know the package.
  bool load() {
    const PathFact list = tree_.locate(kInfo / (package_ + ".list"));
    if (!list.found()) return false;
    unpacked_ = list.node().stat.mtime;
    const FileFact sums = tree_.read(kInfo / (package_ + ".md5sums"), kDatabaseFile);
    if (!sums.bytes) return false;
    sums_ = parse_md5sums(*sums.bytes);
    const FileFact diverted = tree_.read(HostPath("/var/lib/dpkg/diversions"), kDatabaseFile);
    if (diverted.bytes) diversions_ = parse_diversions(*diverted.bytes);
    return true;
  }

  std::vector<ChangedFile> changed(bool all) {
    std::vector<ChangedFile> out;
    for (const auto& [path, digits] : sums_) {
      if (out.size() == kMostChanged) break;
      if (!is_of_use(path)) continue;
      const HostPath real = place_of(path);
      const PathFact at = tree_.locate(real);
      if (!at.found()) {
        if (at.end == PathEnd::absent || at.end == PathEnd::not_a_directory)
          out.push_back({path, package_, true});
        continue;
      }
      const FileStat& stat = at.node().stat;
      if (stat.type != FileType::regular) {
        out.push_back({path, package_, false});
        continue;
      }
      if (!all && stat.mtime <= unpacked_) continue;
      const Known<std::string> bytes = tree_.read(real, kProgramFile).bytes;
      if (bytes && hex(md5(*bytes)) != digits) out.push_back({path, package_, false});
    }
    return out;
  }

 private:
  HostPath place_of(const std::string& path) const {
    const auto diverted = diversions_.find(path);
    const std::string_view name = std::string_view(package_).substr(0, package_.find(':'));
    if (diverted == diversions_.end() || diverted->second.by == name) return HostPath(path);
    return HostPath(diverted->second.to);
  }

  FileTree& tree_;
  std::string package_;
  std::int64_t unpacked_ = 0;
  std::map<std::string, std::string> sums_;
  std::map<std::string, Diversion> diversions_;
};

void collect_unfinished(FileTree& tree, PackageFacts& packages) {
  const auto take = [&packages](std::string_view bytes, const std::string& file) {
    for (UnfinishedPackage& one : unfinished_packages(bytes, file)) {
      if (bears_on_ssh(one.name)) packages.unfinished.push_back(std::move(one));
    }
  };
  const std::string status = "/var/lib/dpkg/status";
  const FileFact file = tree.read(HostPath(status), kDatabaseFile);
  if (file.bytes) take(*file.bytes, status);
  // What dpkg has not yet written into the database: it was cut short.
  const HostPath updates("/var/lib/dpkg/updates");
  const auto names = tree.list(updates);
  if (!names) return;
  for (const std::string& name : *names) {
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    const FileFact update = tree.read(updates / name, kDatabaseFile);
    if (update.bytes) take(*update.bytes, (updates / name).str());
  }
}

// The package whose list of files names `path`, or a file of that name where `path` is only a name. Every
// list is read: asked only for what is wrong.
std::string owner_of(FileTree& tree, const std::string& path) {
  const auto names = tree.list(kInfo);
  if (!names) return {};
  for (const std::string& name : *names) {
    if (!name.ends_with(".list")) continue;
    const FileFact list = tree.read(kInfo / name, kDatabaseFile);
    if (!list.bytes) continue;
    const bool whole = path.starts_with('/');
    // With a merged /usr the database may have the shorter path.
    const bool named = whole ? lists_path(*list.bytes, path) ||
                                   (path.starts_with("/usr/") && lists_path(*list.bytes, path.substr(4)))
                             : list.bytes->find("/" + path + "\n") != std::string::npos;
    if (named) return name.substr(0, name.size() - std::string_view(".list").size());
  }
  return {};
}

// What the gates will refuse for, as far as a package could bring it back.
std::set<std::string> faulty_paths(const Facts& facts) {
  constexpr std::size_t kMostPaths = 32;
  std::set<std::string> paths;
  const auto add = [&paths](const ProgramFact& program) {
    if (program.state != ProgramState::fine && program.state != ProgramState::unknown)
      paths.insert(program.path.asked.str());
  };
  add(facts.service.sshd);
  for (const ProgramFact& helper : facts.service.helpers) add(helper);
  for (const LibraryFault& fault : facts.service.library_faults)
    paths.insert(fault.path.empty() ? fault.name : fault.path);
  for (const auto& [name, module] : facts.pam.modules) {
    if (module.end == PathEnd::absent)
      paths.insert(HostPath(name).name().empty() ? name : std::string(HostPath(name).name()));
  }
  while (paths.size() > kMostPaths) paths.erase(std::prev(paths.end()));
  return paths;
}

void collect_foreign_sshd(FileTree& tree, Facts& facts) {
  const ProgramFact& sshd = facts.service.sshd;
  if (sshd.state != ProgramState::fine || sshd.script || !sshd.path.found()) return;
  const std::string& path = sshd.path.asked.str();
  const FileFact list = tree.read(kInfo / "openssh-server.list", kDatabaseFile);
  const bool own =
      list.bytes && (lists_path(*list.bytes, path) || lists_path(*list.bytes, sshd.path.real.str()));
  if (own || !owner_of(tree, path).empty() || !owner_of(tree, sshd.path.real.str()).empty()) return;
  facts.packages.foreign_sshd = path;
}

}  // namespace

std::vector<ChangedFile> changed_files(FileTree& tree, const std::string& package, bool all) {
  PackageFiles files(tree, package);
  return files.load() ? files.changed(all) : std::vector<ChangedFile>{};
}

void collect_packages(FileTree& tree, Facts& facts) {
  PackageFacts& packages = facts.packages;
  packages.collected = true;
  packages.dpkg = tree.locate(HostPath("/var/lib/dpkg/status")).found() && tree.locate(kInfo).found();
  if (!packages.dpkg) return;
  collect_unfinished(tree, packages);
  const std::string architecture = debian_architecture(facts);
  for (const std::string_view package : kLooked) {
    for (const std::string& name : {std::string(package), std::string(package) + ":" + architecture}) {
      for (ChangedFile& one : changed_files(tree, name, false)) packages.changed.push_back(std::move(one));
    }
  }
  collect_foreign_sshd(tree, facts);
  for (const std::string& path : faulty_paths(facts)) {
    std::string owner = owner_of(tree, path);
    if (!owner.empty()) packages.owners.emplace(path, std::move(owner));
  }
}

}  // namespace reentry
