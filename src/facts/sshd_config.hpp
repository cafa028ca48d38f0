// sshd_config as the target's own sshd reads it: which lines there are, which of them it refuses, and what is
// in effect for one connection. Sources: OpenSSH servconf.c (load_server_config,
// process_server_config_line_depth, match_cfg_line, copy_set_server_options), misc.c (argv_split, strdelim),
// sshd_config(5).
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/host_path.hpp"
#include "base/known.hpp"
#include "facts/ssh_build.hpp"

namespace reentry {

// Where a line stands. The file is `command-line` (line 0) for -o options and empty for a built-in default.
struct ConfigOrigin {
  std::string file;  // path as the target sees it
  std::size_t line = 0;
  [[nodiscard]] bool is_default() const { return file.empty(); }
  bool operator==(const ConfigOrigin&) const = default;
};

// What sshd does about a line.
enum class ConfigSeverity {
  fatal,    // sshd stops reading at once with this message
  error,    // counted; sshd goes on reading and then refuses to start
  warning,  // deprecated or unsupported: no effect on anything
};

// One complaint, with the wording of the target's version of sshd.
struct ConfigProblem {
  ConfigSeverity severity = ConfigSeverity::error;
  ConfigOrigin at;
  std::string message;    // as sshd prints it, without `FILE line N: `
  std::string keyword;    // as written
  std::string text;       // the whole line as it stands
  int exit_status = 255;  // of sshd when this is what stops it: 255, or 1 where sshd exits through perror
  std::string preface;    // what sshd prints on the line before, without a file name; mostly empty
  bool stops = false;     // sshd ends here: the first fatal, or the last counted error of the first file at
                          // whose end it gives up
  bool bare = false;      // sshd prints the message without file and line
};

// One file of the configuration, with the bytes as they are: edits lean on them.
struct ConfigFile {
  HostPath path;
  std::string bytes;
};

// One line that sshd would process, in reading order with Includes expanded in place.
struct ConfigLine {
  ConfigOrigin at;
  std::string keyword;  // canonical lower case, aliases resolved (`challengeresponseauthentication`
                        // is `kbdinteractiveauthentication` from 8.7); empty if unknown
  std::vector<std::string> values;  // arguments, unquoted; one raw string for raw-value keywords
  std::size_t match = 0;  // index + 1 into `blocks` of the innermost Match that it stands in, 0: none
  bool dead = false;      // sshd refuses the line; it has no value
};

// One `Match` line. A block inside an Included file that itself stands in a block has a parent.
struct MatchBlock {
  ConfigOrigin at;
  std::vector<std::pair<std::string, std::string>> criteria;  // lower-case name, argument (empty for all)
  std::size_t parent = 0;                                     // index + 1
};

struct SshdConfig {
  HostPath main_file{"/etc/ssh/sshd_config"};
  std::vector<ConfigFile> files;  // in the order first read
  std::vector<ConfigLine> lines;
  std::vector<MatchBlock> blocks;
  std::vector<ConfigProblem> problems;  // every one, in reading order; the first fatal is where sshd stops
  std::vector<Missing> unread;          // files that sshd reads and we could not
  std::vector<std::string> argument_ports;  // of -p: every Port line counts for nothing
  std::vector<std::string> listen_streams;  // of ssh.socket: Port and ListenAddress count for nothing

  // True if sshd -t of the target would end with status 0 as far as the language goes.
  [[nodiscard]] bool acceptable() const;
  // What sshd would print first and die of (the first fatal, else the last counted error), or nullptr.
  [[nodiscard]] const ConfigProblem* first_stopper() const;
};

enum class Tristate { no, yes, unknown };

// What a Match block is held against. What is not known makes its criteria `unknown`, never `no`.
struct MatchContext {
  bool connection = false;  // false: sshd's pass at start-up, only `Match all` is true
  std::string user;
  bool user_exists = true;
  Known<std::vector<std::string>> groups;  // names, primary included
  std::optional<std::string> address;      // without it every address criterion is unknown
  std::optional<std::string> host_name;  // reverse-resolved; only used with UseDNS yes, else the address text
  std::optional<std::string> local_address;
  std::optional<int> local_port;
  std::string routing_domain;
};

// One value in effect and how it came to be.
struct Setting {
  std::vector<std::string> values;  // normalised: yes/no and enumerations in lower case
  ConfigOrigin at;                  // of the value that won (the first of an accumulating keyword)
  std::vector<ConfigOrigin> all;    // accumulating keywords: where each of `values` stands
  std::vector<ConfigOrigin> lost;   // lines that would have set it, had they come first
  bool may_be_empty = false;        // an algorithm list that only takes names away (`-…`)
  bool uncertain = false;           // a block whose criteria can't be decided sets it

  // The first value, empty if there is none.
  [[nodiscard]] const std::string& first() const;
};

class EffectiveConfig {
 public:
  // The setting of a keyword (canonical lower case, see keywords.hpp). A keyword that this sshd does not know
  // gives an empty default setting.
  [[nodiscard]] const Setting& operator[](std::string_view keyword) const;
  [[nodiscard]] bool yes(std::string_view keyword) const { return (*this)[keyword].first() == "yes"; }
  // -1 if the value is no number.
  [[nodiscard]] long number(std::string_view keyword) const;
  // Every keyword that has a value, for listings; sorted.
  [[nodiscard]] std::vector<std::string> keywords() const;
  void set(std::string keyword, Setting setting);
  // Blocks whose criteria could not be decided (their `at`).
  std::vector<ConfigOrigin> undecided;
  // What ends each such connection while its Match blocks are read, although start-up found nothing wrong.
  std::optional<ConfigProblem> fatal;

 private:
  friend class SettingsBuilder;
  // Looked up by views, without a copy of the keyword.
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  using Settings = std::unordered_map<std::string, Setting, TextHash, std::equal_to<>>;
  std::shared_ptr<const Settings> startup_;  // shared by all connections of one configuration
  Settings own_;                             // what differs from it
};

// A file that the parser wants to see. `bytes` Missing absent: sshd would not have found it either.
struct ConfigInput {
  // Returns the bytes of a file; Include targets are asked for by their expanded names.
  virtual Known<std::string> read(const HostPath& path) = 0;
  // Names that a glob gives, in sshd's order.
  virtual Known<std::vector<HostPath>> glob(const HostPath& pattern) = 0;
  virtual ~ConfigInput() = default;
};

// How sshd is called: what precedes the file and replaces parts of it.
struct SshdArguments {
  std::optional<HostPath> config_file;  // -f; else sshd_config in the directory that is built in
  std::vector<std::pair<std::string, std::string>> options;  // -o KW=VAL texts with where each stands
  std::vector<std::string> ports;                            // -p
  std::vector<std::string> host_keys;                        // -h
  std::vector<std::string> listen_streams;  // of an enabled ssh.socket; replaces Port and ListenAddress
  std::string source;                       // the unit or file that says so, for evidence
  // Options that sshd ends at before it reads anything: what it prints, and the word. At most one of each.
  std::vector<std::pair<std::string, std::string>> refused;
};

// Reads the whole configuration. Bounded: 16 levels of Include, 1024 files, 1,000,000 lines; what lies beyond
// is in `unread`.
[[nodiscard]] SshdConfig parse_sshd_config(ConfigInput& input, const SshdArguments& arguments,
                                           const SshBuild& build);

// What is in effect for one connection, or at start-up (`context.connection` false). Lines that sshd refuses
// are passed over, so that what lies behind a syntax error can still be judged.
[[nodiscard]] EffectiveConfig effective_config(const SshdConfig& config, const SshBuild& build,
                                               const MatchContext& context);

// effective_config for many logins to one host: equal decisions about the Match blocks share one result. The
// config and the build must outlive it.
class ConfigEvaluator {
 public:
  ConfigEvaluator(const SshdConfig& config, const SshBuild& build);
  [[nodiscard]] const EffectiveConfig& startup() const { return startup_; }
  // Valid as long as the evaluator.
  [[nodiscard]] const EffectiveConfig& at(const MatchContext& context);

 private:
  const SshdConfig& config_;
  const SshBuild& build_;
  EffectiveConfig startup_;
  std::unordered_map<std::string, EffectiveConfig> by_decisions_;
};

// What sshd checks across options once everything is read (sshd.c:main): commands without their user, methods
// that nothing enabled can satisfy, addresses of another family. At most the first of them stops sshd; all
// that apply are returned.
[[nodiscard]] std::vector<ConfigProblem> contradictions(const SshdConfig& config,
                                                        const EffectiveConfig& startup,
                                                        const SshBuild& build);

}  // namespace reentry
