// ssh_config as the client reads it: which lines there are, which of them it refuses, and which line sets
// what for one host. The values themselves are asked of ssh (`ssh -G`, see ssh_client_settings.hpp); this
// tells where they come from. Sources: OpenSSH readconf.c (process_config_line_depth, match_cfg_line,
// read_config_file_depth), ssh.c (process_config_files, main), ssh_config(5).
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/host_path.hpp"
#include "facts/ssh_build.hpp"
#include "facts/sshd_config.hpp"

namespace reentry {

// One `Host` or `Match` line.
struct SshBlock {
  struct Criterion {
    std::string name;  // lower case: `host`, `final`, `exec` …; kRefusedCriterion on a line that ssh refuses
    std::string argument;  // empty for all, final and canonical
    bool negated = false;
  };
  ConfigOrigin at;
  bool is_host = true;                // Host, else Match
  std::vector<std::string> patterns;  // of Host, `!` included
  std::vector<Criterion> criteria;    // of Match
  std::size_t parent = 0;             // index + 1: the block in which the Include of this file stands
};

// One line that ssh would process, in reading order with Includes expanded in place.
struct SshConfigLine {
  ConfigOrigin at;
  std::string keyword;  // lower case, aliases resolved; as written (lower case) where ssh does not know it
  std::vector<std::string> values;  // arguments, unquoted; one raw string for commands
  std::size_t block =
      0;              // index + 1 into `blocks`: where it stands, for Host and Match what it opens; 0: none
  bool known = true;  // false: no keyword of this ssh
  bool dead = false;  // ssh refuses the line; it has no value
};

struct SshConfig {
  std::vector<ConfigFile> files;  // in the order first read
  std::vector<SshConfigLine> lines;
  std::vector<SshBlock> blocks;
  std::vector<ConfigProblem> problems;  // in reading order; with one error ssh ends behind the file it is in
  std::vector<Missing> unread;          // files that are there and that we could not read
};

// How ssh is called, as far as it decides what is read.
struct SshArguments {
  std::vector<std::string> options;     // -o texts (`Port=22`, `User x`); other options written as such
  std::optional<HostPath> config_file;  // -F, made absolute: the only file
  bool no_files = false;                // -F none
  HostPath home{"/root"};               // of the password database: ssh does not ask $HOME
  HostPath system_directory{"/etc/ssh"};
};

// Reads ~/.ssh/config and /etc/ssh/ssh_config with what they include. Bounded: 16 levels of Include, 1024
// files, 1,000,000 lines; what lies beyond is in `unread`. `input` gets expanded paths (`~` is gone).
[[nodiscard]] SshConfig parse_ssh_config(ConfigInput& input, const SshArguments& arguments,
                                         const SshBuild& build);

// Whom the configuration is asked about.
struct SshTarget {
  std::string host;                           // as typed, without user and port
  std::optional<std::string> user;            // of the command line: user@host or -l
  std::string local_user;                     // name of who runs ssh
  std::optional<std::string> canonical_host;  // what CanonicalizeHostname made of it: `hostname` of ssh -G
};

// One keyword and how its value came to be.
struct SshSetting {
  std::vector<std::string> values;  // as written; of an accumulating keyword one for each line
  std::vector<ConfigOrigin> at;     // the line that won; of an accumulating keyword one for each value
  std::vector<ConfigOrigin> maybe;  // lines in undecided blocks: one of them may have been the first
  // Lines that apply, and came too late. They stand alone where what was first is no line: HostName in the
  // second pass, when ssh has its name already; -l against User.
  std::vector<ConfigOrigin> lost;
};

struct EffectiveSshConfig {
  std::map<std::string, SshSetting, std::less<>> settings;  // by keyword; only what some line sets
  std::vector<ConfigOrigin> applied;                        // Host and Match lines that hold
  std::vector<ConfigOrigin> undecided;  // whose criteria only ssh itself can judge: exec, localnetwork …
  std::vector<ConfigProblem> problems;  // of the configuration, without the words that IgnoreUnknown excuses
  bool final_pass = false;              // ssh reads everything a second time

  // Nullptr where no line sets it.
  [[nodiscard]] const SshSetting* find(std::string_view keyword) const;
};

// Which lines set what for `target`. RekeyLimit counts by its size alone. Of CanonicalizeHostname the second
// pass is undecided unless `canonical_host` is given.
[[nodiscard]] EffectiveSshConfig effective_ssh_config(const SshConfig& config, const SshTarget& target);

// How a Host line that does not hold is near to the host that was asked for.
enum class NearHostKind {
  letter_case,  // `Host MyServer`, asked for `myserver`
  typo,         // one letter more, less, other, or two swapped
  short_name,   // `Host web`, asked for `web.example.com`
  full_name,    // `Host web.example.com`, asked for `web`
  with_user,    // `Host bob@web`
  with_port,    // `Host web:22`
  comma,        // `Host web,db`: a comma separates nothing there
  negated,      // it would hold, but for a `!pattern` of the same line
};

struct NearHost {
  ConfigOrigin at;
  std::string pattern;  // as written
  NearHostKind kind = NearHostKind::typo;
};

// The Host lines that do not hold for `host` and look as if they were meant to, in reading order, each once.
[[nodiscard]] std::vector<NearHost> near_hosts(const SshConfig& config, std::string_view host);

}  // namespace reentry
