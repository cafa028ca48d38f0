#include "collect/session_files.hpp"

#include <algorithm>
#include <map>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "collect/tree_source.hpp"
#include "facts/program_head.hpp"
#include "facts/session_paths.hpp"

namespace reentry {
namespace {

// Reading a .bashrc of each of thousands would take longer than everything else together.
constexpr std::size_t kMostRcFiles = 200;
constexpr std::size_t kScriptLimit = std::size_t{256} << 10U;

// Values that some line of the configuration gives to a keyword, whatever Match block it stands in.
std::vector<std::string> values_of(const SshdConfig& config, std::string_view keyword, std::size_t argument) {
  std::vector<std::string> values;
  for (const ConfigLine& line : config.lines) {
    if (line.keyword != keyword || line.dead || line.values.size() <= argument) continue;
    std::string value;
    for (std::size_t i = argument; i < line.values.size(); ++i)
      value += (i == argument ? "" : " ") + line.values[i];
    if (std::find(values.begin(), values.end(), value) == values.end()) values.push_back(std::move(value));
  }
  return values;
}

class Collector {
 public:
  Collector(FileTree& tree, Libraries& libraries, Facts& facts, std::size_t accounts)
      : tree_(tree),
        libraries_(libraries),
        facts_(facts),
        reads_rc_(accounts <= kMostRcFiles),
        chroots_(values_of(facts.config, "chrootdirectory", 0)) {}

  void shared() {
    for (const std::string& command : values_of(facts_.config, "forcecommand", 0))
      program(absolute_program(command));
    for (const std::string& command : values_of(facts_.config, "subsystem", 1))
      program(absolute_program(command));
    for (const char* path : {"/etc/nologin", "/etc/bash.bashrc"}) text(HostPath(path));
    // Shells that an account can be given.
    for (const char* shell : {"/bin/bash", "/bin/sh"}) program(shell);
  }

  void user(const PasswdEntry& user) {
    const std::string shell = user.shell.empty() ? "/bin/sh" : user.shell;
    program(HostPath(shell).str());
    program(session_shell(user));
    walk(HostPath(user.home));
    // Where a home that is not there may be after all.
    if (!facts_.paths.find(HostPath(user.home))->path.found()) walk(HostPath("/home") / user.name);
    if (reads_rc_ && shell.size() >= 4 && shell.compare(shell.size() - 4, 4, "bash") == 0)
      text(HostPath(user.home) / ".bashrc");
    for (const std::string& pattern : chroots_) {
      const std::optional<std::string> chroot = expand_chroot(pattern, user, facts_.accounts);
      if (!chroot || chroot->empty() || chroot->front() != '/') continue;
      for (const HostPath& component : chroot_components(*chroot)) walk(component);
      program(inside(chroot, session_shell(user)).str(), chroot);
    }
  }

 private:
  void walk(const HostPath& path) {
    if (facts_.paths.find(path) != nullptr) return;
    FileFact fact;
    fact.path = tree_.walk(path);
    facts_.paths.put(std::move(fact));
  }

  void text(const HostPath& path) {
    const FileFact* known = facts_.paths.find(path);
    if (known != nullptr && (known->bytes || !known->path.found())) return;
    facts_.paths.put(tree_.read(path, kScriptLimit));
  }

  // A program with its first bytes, and the interpreter that they name.
  void program(const std::string& path, const std::optional<std::string>& chroot = std::nullopt,
               int depth = 0) {
    if (path.empty() || depth > 4 || !programs_.insert(path).second) return;
    const HostPath host_path(path);
    FileFact fact;
    fact.path = tree_.walk(host_path);
    if (fact.path.found() && fact.path.node().stat.type == FileType::regular) {
      fact.bytes = tree_.read_part(host_path, 0, kProgramHead);
      const ProgramHead head = fact.bytes ? parse_program_head(*fact.bytes) : ProgramHead{};
      if (!head.interpreter.empty() && head.interpreter.front() == '/') {
        program(inside(chroot, head.interpreter).str(), chroot, depth + 1);
      }
      if (head.kind == ProgramKind::elf) load(path, fact.path, chroot);
    } else if (!fact.path.found()) {
      fact.bytes = fact.path.missing();
    }
    facts_.paths.put(std::move(fact));
  }

  // What the loader needs for it. A chroot has libraries of its own.
  void load(const std::string& asked, const PathFact& path, const std::optional<std::string>& chroot) {
    TreeSource source(tree_, path);
    const ElfFile elf = read_elf(source);
    ProgramLoad& load = facts_.loads[asked];
    if (elf.state == ElfState::unreadable) load.unknown.push_back(elf.missing);
    if (elf.state == ElfState::truncated || elf.state == ElfState::malformed) {
      const std::string& file = path.real.str();
      load.faults.push_back({LibraryProblem::damaged, asked, file, {}, file, file, elf.reason});
    }
    if (!elf.ok()) return;
    Libraries& libraries = chroot ? jails_.try_emplace(*chroot, tree_, *chroot).first->second : libraries_;
    load = libraries.load(path.real, elf);
  }

  FileTree& tree_;
  Libraries& libraries_;
  std::map<std::string, Libraries> jails_;
  Facts& facts_;
  bool reads_rc_;
  std::vector<std::string> chroots_;
  std::unordered_set<std::string> programs_;
};

}  // namespace

void collect_session_files(FileTree& tree, Libraries& libraries, Facts& facts,
                           const std::vector<std::string>& users) {
  const std::size_t all = facts.accounts.passwd ? facts.accounts.passwd->size() : 0;
  Collector collector(tree, libraries, facts, users.empty() ? all : users.size());
  collector.shared();
  if (users.empty() && facts.accounts.passwd) {
    for (const PasswdEntry& user : *facts.accounts.passwd) collector.user(user);
  }
  for (const std::string& name : users) {
    if (const PasswdEntry* user = facts.accounts.user(name)) collector.user(*user);
  }
}

}  // namespace reentry
