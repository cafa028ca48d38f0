#include "collect/service.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <utility>

#include "collect/listen_hosts.hpp"
#include "collect/ssh_build.hpp"
#include "collect/tree_source.hpp"
#include "facts/absent_file.hpp"
#include "facts/sshd_config.hpp"

namespace reentry {
namespace {

// OpenSSH's own limit (authfile.c: MAX_KEY_FILE_SIZE).
constexpr std::size_t kKeyFileLimit = std::size_t{1} << 20U;
constexpr std::size_t kMaxHostKeys = 256;
constexpr std::size_t kSmallFile = 64 * 1024;

// The unit may name a program that is not there, or none at all.
HostPath program_of(FileTree& tree, const UnitFacts& unit) {
  if (!unit.command.empty() && unit.command.front().starts_with('/')) {
    HostPath named(unit.command.front());
    if (tree.walk(named).end == PathEnd::absent) return named;
  }
  HostPath program = sshd_program(unit);
  if (!tree.walk(program).found() && unit.command.empty()) {
    HostPath merged("/usr/bin/sshd");
    if (tree.walk(merged).found()) return merged;
  }
  return program;
}

ProgramState state_of(const ElfFile& elf) {
  switch (elf.state) {
    case ElfState::ok: return ProgramState::fine;
    case ElfState::empty: return ProgramState::empty;
    case ElfState::unreadable: return ProgramState::unknown;
    case ElfState::not_elf:
    case ElfState::truncated:
    case ElfState::malformed: return ProgramState::damaged;
  }
  return ProgramState::unknown;
}

// What execve(2) would find. The header is left in `elf` when there is one.
ProgramFact program_at(FileTree& tree, const HostPath& path, ElfFile& elf) {
  ProgramFact fact;
  fact.path = tree.walk(path);
  if (!fact.path.found()) {
    fact.missing = fact.path.missing();
    fact.state = fact.missing.why == Why::absent ? ProgramState::absent : ProgramState::unknown;
    return fact;
  }
  const FileStat& stat = fact.path.node().stat;
  if (stat.type != FileType::regular) {
    fact.state = ProgramState::not_regular;
    return fact;
  }
  TreeSource source(tree, fact.path);
  elf = read_elf(source);
  fact.state = state_of(elf);
  fact.reason = elf.reason;
  fact.missing = elf.missing;
  if (elf.state == ElfState::not_elf) {
    const Known<std::string> start = source.read(0, 2);
    fact.script = start && *start == "#!";
    if (fact.script) fact.state = ProgramState::fine;
  }
  // Behind a mode that is wrong the file may be damaged too: that is the graver fact.
  if (fact.state == ProgramState::fine && (stat.mode & 0111U) == 0) fact.state = ProgramState::not_executable;
  return fact;
}

void collect_programs(FileTree& tree, Libraries& libraries, Facts& facts, const EffectiveConfig& startup) {
  ServiceFacts& service = facts.service;
  const auto look_at = [&](const HostPath& path) {
    ElfFile elf;
    ProgramFact fact = program_at(tree, path, elf);
    if (elf.ok()) {
      if (facts.target.machine.empty()) {
        facts.target.machine = machine_name(elf.machine, elf.wide, elf.big_endian);
      }
      ProgramLoad load = libraries.load(fact.path.real, elf);
      std::move(load.faults.begin(), load.faults.end(), std::back_inserter(service.library_faults));
      std::move(load.unknown.begin(), load.unknown.end(), std::back_inserter(service.libraries_unknown));
    }
    return fact;
  };
  service.sshd = look_at(program_of(tree, facts.unit));
  const auto helper = [&](const std::string& built_in, const char* keyword) {
    if (built_in.empty()) return;
    const Setting& configured = startup[keyword];
    const bool own = !configured.at.is_default() && configured.first().starts_with('/');
    service.helpers.push_back(look_at(HostPath(own ? configured.first() : built_in)));
  };
  helper(facts.ssh.session_program, "sshdsessionpath");
  helper(facts.ssh.auth_program, "sshdauthpath");
}

HostKeyFact host_key_at(FileTree& tree, const std::string& configured) {
  HostKeyFact fact;
  fact.configured = configured;
  // derelativise_path: a relative name is taken below the directory that sshd was started in, which is / for
  // a service.
  FileFact file = tree.read(HostPath(configured), kKeyFileLimit);
  fact.path = std::move(file.path);
  if (file.bytes) {
    fact.key = judge_private_key(*file.bytes);
  } else {
    fact.key = file.bytes.missing();
  }
  return fact;
}

void collect_host_keys(FileTree& tree, Facts& facts, const EffectiveConfig& startup) {
  ServiceFacts& service = facts.service;
  std::vector<std::string> wanted = startup["hostkey"].values;
  if (wanted.size() > kMaxHostKeys) wanted.resize(kMaxHostKeys);
  for (const std::string& path : wanted) {
    if (path != "none") service.host_keys.push_back(host_key_at(tree, path));
  }
  const auto others = tree.glob(HostPath(facts.ssh.config_directory) / "ssh_host_*_key");
  if (!others) return;
  for (const HostPath& path : *others) {
    if (service.other_host_keys.size() >= kMaxHostKeys) return;
    if (std::find(wanted.begin(), wanted.end(), path.str()) != wanted.end()) continue;
    service.other_host_keys.push_back(host_key_at(tree, path.str()));
  }
}

// What only the mending of a fault asks for.
void remember_for_repairs(FileTree& tree, Facts& facts) {
  for (const HostKeyFact& key : facts.service.host_keys) {
    facts.paths.put(tree.read(HostPath(key.configured + ".pub"), kSmallFile));
    if (facts.paths.find(HostPath("/etc/hostname")) == nullptr)
      facts.paths.put(tree.read(HostPath("/etc/hostname"), kSmallFile));
  }
  for (const ConfigProblem& problem : facts.config.problems) {
    const std::string path = absent_file(problem);
    if (path.empty()) continue;
    if (facts.paths.find(HostPath(path)) == nullptr)
      facts.paths.put({tree.walk(HostPath(path)), Missing{Why::absent, path, {}}});
  }
  const FileFact* main_file = facts.paths.find(facts.config.main_file);
  if (main_file == nullptr || !main_file->path.found()) {
    // The package's own copy of the file (Debian's ucf source), and where a drop-in could lie.
    facts.paths.put(tree.read(HostPath("/usr/share/openssh/sshd_config"), kSmallFile));
    facts.paths.put({tree.walk(HostPath("/etc/ssh/sshd_config.d")), Missing{Why::not_asked, {}, {}}});
  }
  for (const std::string& target : facts.unit.wanted_by) {
    const PathFact wants = tree.walk(HostPath("/etc/systemd/system/" + target + ".wants"));
    if (facts.paths.find(wants.asked) == nullptr) facts.paths.put({wants, Missing{Why::not_asked, {}, {}}});
  }
  if (facts.unit.masked) {
    const PathFact mask = tree.walk_nofollow(HostPath(facts.unit.file));
    if (mask.found() && mask.node().stat.type == FileType::symlink)
      facts.paths.put({mask, mask.node().link_target});
    else
      facts.paths.put({mask, std::string()});
  }
}

// What remedies ask for by its path: nodes without their bytes, and small files with them.
void remember_paths(FileTree& tree, Facts& facts) {
  const auto keep = [&facts](const PathFact& path) {
    if (facts.paths.find(path.asked) == nullptr) {
      facts.paths.put({path, Missing{Why::not_asked, path.asked.str(), {}}});
    }
  };
  const ServiceFacts& service = facts.service;
  keep(service.sshd.path);
  for (const ProgramFact& helper : service.helpers) keep(helper.path);
  for (const std::vector<HostKeyFact>* keys : {&service.host_keys, &service.other_host_keys}) {
    for (const HostKeyFact& key : *keys) keep(key.path);
  }
  if (!facts.ssh.privsep_directory.empty()) keep(service.privsep_directory);
  for (const ConfigFile& file : facts.config.files) keep(tree.walk(file.path));
  keep(tree.walk(facts.config.main_file));
  facts.paths.put(tree.read(service.not_to_be_run.asked, kSmallFile));
  remember_for_repairs(tree, facts);
  for (const auto& [option, where] : facts.arguments.options) {
    const HostPath file(where.substr(0, where.rfind(':')));
    if (where.starts_with('/') && facts.paths.find(file) == nullptr)
      facts.paths.put(tree.read(file, kSmallFile));
  }
}

}  // namespace

void collect_service(FileTree& tree, Libraries& libraries, Facts& facts) {
  ServiceFacts& service = facts.service;
  const EffectiveConfig startup = effective_config(facts.config, facts.ssh, {});
  service.collected = true;
  service.not_to_be_run = tree.walk(HostPath("/etc/ssh/sshd_not_to_be_run"));
  if (!facts.ssh.privsep_directory.empty()) {
    service.privsep_directory = tree.walk(HostPath(facts.ssh.privsep_directory));
  }
  collect_programs(tree, libraries, facts, startup);
  collect_host_keys(tree, facts, startup);
  service.names_in_hosts = known_listen_hosts(tree, facts.target.kind, startup);
  remember_paths(tree, facts);
}

}  // namespace reentry
