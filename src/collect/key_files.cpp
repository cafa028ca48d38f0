#include "collect/key_files.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "facts/command_program.hpp"
#include "facts/key_paths.hpp"

namespace reentry {
namespace {

// Beyond this many accounts a host is not searched for misplaced files of accounts that have a key file.
constexpr std::size_t kThoroughAccounts = 200;
// No file of keys is larger in earnest; sshd would take minutes over it.
constexpr std::size_t kKeysLimit = std::size_t{4} << 20U;

// What the configuration may ask for, whoever logs in.
struct Wanted {
  std::vector<std::string> patterns;  // AuthorizedKeysFile and AuthorizedPrincipalsFile
  std::vector<std::string> files;     // TrustedUserCAKeys, RevokedKeys
  std::vector<std::string> programs;
};

void add(std::vector<std::string>& list, const std::string& value) {
  if (value.empty() || value == "none") return;
  if (std::find(list.begin(), list.end(), value) == list.end()) list.push_back(value);
}

Wanted wanted_of(const SshdConfig& config) {
  Wanted wanted;
  wanted.patterns = all_keys_file_patterns(config);
  // The usual places are looked at in any case: a key that stands there and is not read is worth naming.
  add(wanted.patterns, ".ssh/authorized_keys");
  add(wanted.patterns, ".ssh/authorized_keys2");
  for (const ConfigLine& line : config.lines) {
    if (line.dead || line.values.empty()) continue;
    if (line.keyword == "authorizedprincipalsfile") {
      add(wanted.patterns, line.values.front());
    } else if (line.keyword == "trustedusercakeys" || line.keyword == "revokedkeys") {
      for (const std::string& value : line.values) add(wanted.files, value);
    } else if (line.keyword == "authorizedkeyscommand" || line.keyword == "authorizedprincipalscommand") {
      add(wanted.programs, program_of_command(line.values.front()));
    }
  }
  return wanted;
}

class Collector {
 public:
  // A thorough collector looks for near misses also where a key file is in its place.
  Collector(FileTree& tree, Facts& facts, bool thorough)
      : tree_(tree), facts_(facts), wanted_(wanted_of(facts.config)), thorough_(thorough) {}

  void shared_files() {
    for (const std::string& file : wanted_.files) read(HostPath(file), kReadLimit);
    for (const std::string& program : wanted_.programs) {
      if (program.starts_with('/')) walk(HostPath(program));
    }
  }

  void user_files(const PasswdEntry& user) {
    const HostPath home(user.home);
    walk(home);
    bool any = false;
    for (const std::string& pattern : wanted_.patterns) {
      const KeyPath name = expand_key_path(pattern, user, facts_.accounts, facts_.ssh);
      if (name.state != KeyPathState::path || name.glob) continue;
      any = read(name.path, kKeysLimit) || any;
    }
    const FileFact* home_fact = facts_.paths.find(home);
    if (home_fact == nullptr || !home_fact->path.found()) return;
    if (any && !thorough_) return;
    list_near_misses(home / ".ssh");
    if (any) return;
    for (const std::string_view name : kMisnamedKeyDirectories) list_near_misses(home / name);
  }

 private:
  // Each path once, however many accounts share it. True when something is there.
  bool read(const HostPath& path, std::size_t limit) {
    if (const FileFact* known = facts_.paths.find(path); known != nullptr && read_.count(path.str()) != 0) {
      return known->path.found();
    }
    read_.insert(path.str());
    FileFact fact = tree_.read(path, limit);
    const bool found = fact.path.found();
    facts_.paths.put(std::move(fact));
    return found;
  }

  void walk(const HostPath& path) {
    if (facts_.paths.find(path) != nullptr) return;
    FileFact fact;
    fact.path = tree_.walk(path);
    facts_.paths.put(std::move(fact));
  }

  // Files in `directory` whose names are near misses; in a directory that sshd does not look at, the right
  // name too.
  void list_near_misses(const HostPath& directory) {
    FileFact fact;
    fact.path = tree_.walk(directory);
    if (!fact.path.found() || fact.path.node().stat.type != FileType::directory) return;
    const bool usual = directory.name() == ".ssh";
    const Known<std::vector<std::string>> names = tree_.list(directory);
    if (!names) return;
    std::string found;
    for (const std::string& name : *names) {
      const bool right_name = name == "authorized_keys" || name == "authorized_keys2";
      if (name.find('\n') != std::string::npos) continue;
      if (!is_misnamed_keys_file(name) && (usual || !right_name)) continue;
      if (!found.empty()) found += '\n';
      found += name;
      read(directory / name, kKeysLimit);
    }
    fact.bytes = std::move(found);
    facts_.paths.put(std::move(fact));
  }

  FileTree& tree_;
  Facts& facts_;
  Wanted wanted_;
  bool thorough_;
  std::unordered_set<std::string> read_;
};

}  // namespace

void collect_key_files(FileTree& tree, Facts& facts, const std::vector<std::string>& users) {
  Collector collector(tree, facts, users.size() <= kThoroughAccounts);
  collector.shared_files();
  for (const std::string& name : users) {
    const PasswdEntry* user = facts.accounts.user(name);
    if (user != nullptr) collector.user_files(*user);
  }
}

}  // namespace reentry
