#include "facts/ssh_config.hpp"

#include <fmt/format.h>

#include <unordered_set>

#include "base/ascii_case.hpp"
#include "facts/ssh_keywords.hpp"
#include "facts/ssh_match.hpp"
#include "facts/sshd_lex.hpp"
#include "facts/sshd_match.hpp"
#include "facts/sshd_values.hpp"

namespace reentry {
namespace {

constexpr int kMaxIncludeDepth = 16;  // readconf.c: READCONF_MAX_DEPTH
constexpr std::size_t kMaxSshFiles = 1024;
constexpr std::size_t kMaxSshLines = 1'000'000;
constexpr const char* kOptionFile = "command-line";

// A line ends at its first NUL, which ends the C string that ssh looks at.
std::string without_nuls(std::string bytes) {
  if (bytes.find('\0') == std::string::npos) return bytes;
  std::string out;
  bool skipping = false;
  for (const char byte : bytes) {
    skipping = byte != '\n' && (skipping || byte == '\0');
    if (!skipping) out += byte;
  }
  return out;
}

class SshConfigParser {
 public:
  SshConfigParser(ConfigInput& input, const SshArguments& arguments, const SshBuild& build)
      : input_(input), arguments_(arguments), build_(build), lines_build_(build) {
    // The client never cut lines at `#` as the server did until 8.6.
    lines_build_.version = {9, 0, 1};
  }

  SshConfig run() {
    Place options;
    options.file = kOptionFile;
    options.user = true;
    for (const std::string& option : arguments_.options) read_line(SshdTextLine{0, option}, options);
    if (arguments_.config_file) {
      read_main(*arguments_.config_file, true, true);
    } else if (!arguments_.no_files) {
      read_main(arguments_.home / ".ssh/config", true, false);
      read_main(arguments_.system_directory / "ssh_config", false, false);
    }
    return std::move(config_);
  }

 private:
  // One file on the way down through the Includes.
  struct Place {
    std::string file;
    int depth = 0;
    bool user = false;      // relative and `~` names are the user's
    std::size_t block = 0;  // index + 1 of the block that the next line stands in
    std::size_t outer = 0;  // the block that the whole file stands in
  };

  void read_main(const HostPath& path, bool user, bool must_exist) {
    Known<std::string> bytes = input_.read(path);
    if (bytes) {
      Place place;
      place.file = path.str();
      place.user = user;
      return read_file(path, std::move(*bytes), place);
    }
    if (!bytes.is_absent()) config_.unread.push_back(bytes.missing());
    if (!must_exist) return;
    ConfigProblem problem;
    problem.severity = ConfigSeverity::fatal;
    problem.at = {path.str(), 0};
    problem.message = "Can't open user config file " + path.str();
    problem.bare = true;
    config_.problems.push_back(std::move(problem));
  }

  void read_file(const HostPath& path, std::string bytes, Place place) {
    if (place.depth > kMaxIncludeDepth) {
      if (!closed_) {
        ConfigProblem problem;
        problem.severity = ConfigSeverity::fatal;
        problem.at = {path.str(), 0};
        problem.message = "Too many recursive configuration includes";
        problem.bare = true;
        config_.problems.push_back(std::move(problem));
      }
      closed_ = true;
      return;
    }
    if (++file_count_ > kMaxSshFiles) {
      config_.unread.push_back(Missing{Why::unreadable, path.str(), "more files than are read"});
      return;
    }
    if (seen_.emplace(path.str()).second) config_.files.push_back(ConfigFile{path, bytes});
    bytes = without_nuls(std::move(bytes));
    SshdLines lines(bytes, lines_build_);
    while (const std::optional<SshdTextLine> line = lines.next()) {
      if (++line_count_ > kMaxSshLines) {
        config_.unread.push_back(Missing{Why::unreadable, path.str(), "more lines than are read"});
        return;
      }
      read_line(*line, place);
    }
  }

  void read_line(const SshdTextLine& line, Place& place) {
    WordCutter cutter(line.text);
    std::optional<std::string> word = cutter.next();
    if (word && word->empty()) word = cutter.next();
    if (!word || word->empty() || word->front() == '#') return;
    SshConfigLine out;
    out.at = {place.file, line.number};
    out.keyword = lowered(*word);
    out.block = place.block;
    const bool modern = build_.at_least(8, 7);
    const std::string_view rest = cutter.rest().value_or("");
    if (modern && rest.empty()) {
      std::string message = "no argument after keyword \"" + as_logged(out.keyword) + "\"";
      return refuse(std::move(out), line, *word, std::move(message));
    }
    const SshKeyword* keyword = ssh_keyword(out.keyword, build_);
    SshdArgumentWords words(rest, build_);
    if (!words.quotes_are_balanced()) return refuse(std::move(out), line, *word, "invalid quotes");
    if (keyword == nullptr) {
      out.known = false;
      std::string message = "Bad configuration option: " + as_logged(out.keyword);
      return refuse(std::move(out), line, *word, std::move(message));
    }
    out.keyword = std::string(keyword->word);
    switch (keyword->argument) {
      case SshArgument::deprecated: return warn(out, line, *word);
      case SshArgument::include: return read_include(std::move(out), line, *word, words, place);
      case SshArgument::block:
        return keyword->word == "host" ? read_host(std::move(out), line, *word, words, place)
                                       : read_match(std::move(out), line, *word, rest, place);
      default: break;
    }
    std::string message = take_arguments(*keyword, rest, words, out);
    if (!message.empty()) return refuse(std::move(out), line, *word, std::move(message));
    config_.lines.push_back(std::move(out));
  }

  // Fills the values; what ssh says where it refuses them. Values of enumerations and numbers are not judged.
  std::string take_arguments(const SshKeyword& keyword, std::string_view rest, SshdArgumentWords& words,
                             SshConfigLine& out) const {
    if (keyword.argument == SshArgument::command) {
      const std::size_t begin = std::min(rest.find_first_not_of(" \t\r\n="), rest.size());
      if (begin == rest.size()) return "Missing argument.";
      out.values = {std::string(rest.substr(begin))};
      return "";
    }
    while (std::optional<std::string> word = words.next()) out.values.push_back(std::move(*word));
    const bool empty = out.values.empty() || out.values.front().empty();
    const std::string& word = out.keyword;
    std::size_t most = 1;
    switch (keyword.argument) {
      case SshArgument::words:
        // Of a comment alone ssh takes nothing and says nothing.
        if (!out.values.empty() && empty) return "keyword " + word + " empty argument";
        return "";
      case SshArgument::forward:
      case SshArgument::pair: most = 2; break;
      default: break;
    }
    if (empty) return keyword.argument == SshArgument::flag ? "missing argument." : "Missing argument.";
    if (keyword.argument == SshArgument::flag && !is_flag_word(out.values.front())) {
      return "unsupported option \"" + as_logged(out.values.front()) + "\".";
    }
    if (out.values.size() <= most) return "";
    if (build_.at_least(8, 7)) return "keyword " + word + " extra arguments at end of line";
    return "garbage at end of line; \"" + as_logged(out.values[most]) + "\".";
  }

  static bool is_flag_word(std::string_view value) {
    for (const char* word : {"yes", "no", "true", "false"}) {
      if (equal_ignoring_case(value, word)) return true;
    }
    return false;
  }

  void open(SshBlock block, SshConfigLine line, Place& place) {
    config_.blocks.push_back(std::move(block));
    place.block = line.block = config_.blocks.size();
    config_.lines.push_back(std::move(line));
  }

  void read_host(SshConfigLine out, const SshdTextLine& line, const std::string& word,
                 SshdArgumentWords& words, Place& place) {
    SshBlock block;
    block.at = out.at;
    block.parent = place.outer;
    while (std::optional<std::string> pattern = words.next()) {
      if (pattern->empty()) {
        note(out.at, line, word, "keyword host empty argument");
        break;
      }
      block.patterns.push_back(std::move(*pattern));
    }
    if (on_command_line(place)) {
      return refuse(std::move(out), line, word, "Host directive not supported as a command-line option");
    }
    out.values = block.patterns;
    open(std::move(block), std::move(out), place);
  }

  void read_match(SshConfigLine out, const SshdTextLine& line, const std::string& word, std::string_view rest,
                  Place& place) {
    if (on_command_line(place)) {
      return refuse(std::move(out), line, word, "Host directive not supported as a command-line option");
    }
    SshMatchParse parsed = parse_ssh_match(rest, build_);
    if (!parsed.fine) {
      note(out.at, line, word, "Bad Match condition");
      config_.problems.back().preface = std::move(parsed.preface);
    } else if (parsed.left_over) {
      note(out.at, line, word, "keyword match extra arguments at end of line");
    }
    SshBlock block;
    block.at = out.at;
    block.is_host = false;
    block.criteria = std::move(parsed.criteria);
    block.parent = place.outer;
    out.values = {std::string(rest)};
    open(std::move(block), std::move(out), place);
  }

  void read_include(SshConfigLine out, const SshdTextLine& line, const std::string& word,
                    SshdArgumentWords& words, const Place& place) {
    if (on_command_line(place)) {
      return refuse(std::move(out), line, word, "Include directive not supported as a command-line option");
    }
    const ConfigOrigin at = out.at;
    const std::size_t own = config_.lines.size();
    config_.lines.push_back(std::move(out));
    while (std::optional<std::string> name = words.next()) {
      if (name->empty()) return note(at, line, word, "keyword include empty argument");
      config_.lines[own].values.push_back(*name);
      if (name->front() == '~' && !place.user) {
        return note(at, line, word, "bad include path " + as_logged(*name) + ".");
      }
      include(*name, place);
    }
  }

  void include(const std::string& name, const Place& place) {
    if (closed_) return;
    HostPath pattern(name);
    if (name.starts_with("~/") || name == "~") {
      pattern = HostPath(arguments_.home.str() + name.substr(1));
    } else if (name.front() == '~') {
      config_.unread.push_back(Missing{Why::not_asked, name, "the home of another account"});
      return;
    } else if (name.front() != '/') {
      const HostPath folder = place.user ? arguments_.home / ".ssh" : arguments_.system_directory;
      pattern = HostPath(folder.str() + "/" + name);
    }
    Known<std::vector<HostPath>> found = input_.glob(pattern);
    if (!found) {
      if (!found.is_absent()) config_.unread.push_back(found.missing());
      return;
    }
    for (const HostPath& path : *found) {
      if (closed_) return;
      Known<std::string> bytes = input_.read(path);
      if (!bytes) {
        if (!bytes.is_absent()) config_.unread.push_back(bytes.missing());
        continue;
      }
      Place inner;
      inner.file = path.str();
      inner.depth = place.depth + 1;
      inner.user = place.user;
      inner.block = inner.outer = place.block;
      read_file(path, std::move(*bytes), std::move(inner));
    }
  }

  static bool on_command_line(const Place& place) { return place.file == kOptionFile; }

  void note(const ConfigOrigin& at, const SshdTextLine& line, const std::string& word, std::string message) {
    ConfigProblem problem;
    problem.at = at;
    problem.message = std::move(message);
    problem.keyword = word;
    problem.text = std::string(line.text);
    config_.problems.push_back(std::move(problem));
  }

  void refuse(SshConfigLine out, const SshdTextLine& line, const std::string& word, std::string message) {
    note(out.at, line, word, std::move(message));
    out.dead = true;
    config_.lines.push_back(std::move(out));
  }

  void warn(const SshConfigLine& out, const SshdTextLine& line, const std::string& word) {
    note(out.at, line, word, "Deprecated option \"" + out.keyword + "\"");
    config_.problems.back().severity = ConfigSeverity::warning;
  }

  ConfigInput& input_;
  const SshArguments& arguments_;
  const SshBuild& build_;
  SshBuild lines_build_;
  SshConfig config_;
  std::unordered_set<std::string> seen_;  // files that stand in `files`
  std::size_t file_count_ = 0;
  std::size_t line_count_ = 0;
  bool closed_ = false;
};

}  // namespace

SshConfig parse_ssh_config(ConfigInput& input, const SshArguments& arguments, const SshBuild& build) {
  return SshConfigParser(input, arguments, build).run();
}

}  // namespace reentry
