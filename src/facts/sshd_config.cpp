#include "facts/sshd_config.hpp"

#include <fmt/format.h>

#include <unordered_set>

#include "facts/sshd_keywords.hpp"
#include "facts/sshd_lex.hpp"
#include "facts/sshd_match.hpp"
#include "facts/sshd_values.hpp"

namespace reentry {
namespace {

constexpr int kMaxDepth = 16;  // servconf.c: SERVCONF_MAX_DEPTH
constexpr std::size_t kMaxOldLine = 4094;
constexpr std::size_t kMaxFiles = 1024;
constexpr std::size_t kMaxConfigLines = 1'000'000;
constexpr const char* kCommandLine = "command-line";

class ConfigParser {
 public:
  ConfigParser(ConfigInput& input, const SshBuild& build) : input_(input), build_(build) {}

  SshdConfig run(const SshdArguments& arguments) {
    config_.main_file = arguments.config_file.value_or(HostPath(build_.config_directory) / "sshd_config");
    config_.listen_streams = arguments.listen_streams;
    take_arguments(arguments);
    state_.command_line = false;
    Known<std::string> bytes = input_.read(config_.main_file);
    if (!bytes) {
      unreadable(config_.main_file, bytes.missing(), ConfigOrigin{config_.main_file.str(), 0});
    } else {
      read_file(config_.main_file, std::move(*bytes), 0, 0, false);
    }
    return std::move(config_);
  }

 private:
  // One file on the way down through the Includes.
  struct Place {
    const std::string* file = nullptr;
    int depth = 0;
    std::size_t block = 0;     // index + 1 of the block that the next line stands in
    std::size_t outer = 0;     // the block that the whole file stands in
    bool never_match = false;  // the whole file is checked for syntax only
    std::size_t errors = 0;
    std::size_t last_error = 0;  // index of the problem
  };

  void take_arguments(const SshdArguments& arguments) {
    state_.command_line = true;
    for (const std::string& port : arguments.ports) {
      state_.ports_from_arguments = true;
      if (port_number(port, build_) <= 0) {
        stop(ConfigOrigin{kCommandLine, 0}, "Bad port number.", "-p " + port);
        continue;
      }
      config_.argument_ports.push_back(std::to_string(port_number(port, build_)));
    }
    for (const auto& [message, word] : arguments.refused) stop(ConfigOrigin{kCommandLine, 0}, message, word);
    static const std::string command_line = kCommandLine;
    Place place;
    place.file = &command_line;
    for (const auto& [text, where] : arguments.options) {
      const std::size_t before = place.errors;
      read_line(SshdTextLine{0, text}, place);
      if (place.errors != before) close(place, 1);
    }
    for (const std::string& key : arguments.host_keys) {
      ConfigLine line;
      line.at = ConfigOrigin{kCommandLine, 0};
      line.keyword = canonical_keyword(Directive::host_key);
      line.values = {key};
      config_.lines.push_back(std::move(line));
    }
  }

  void read_file(const HostPath& path, std::string bytes, int depth, std::size_t block, bool never_match) {
    if (depth > kMaxDepth) {
      includes_closed_ = true;
      ConfigProblem problem;
      problem.severity = ConfigSeverity::fatal;
      problem.at = ConfigOrigin{path.str(), 0};
      problem.message = "Too many recursive configuration includes";
      problem.bare = true;
      add(std::move(problem));
      return;
    }
    if (++file_count_ > kMaxFiles) {
      config_.unread.push_back(Missing{Why::unreadable, path.str(), "more files than are read"});
      return;
    }
    const bool outer_active = state_.active;
    Place place;
    const std::string& file = path.str();
    place.file = &file;
    place.depth = depth;
    place.block = place.outer = block;
    place.never_match = never_match;
    const std::size_t index = config_.files.size();
    const bool first_time = seen_.emplace(file).second;
    if (first_time) config_.files.push_back(ConfigFile{path, {}});
    SshdLines lines(bytes, build_);
    while (const std::optional<SshdTextLine> line = lines.next()) {
      if (++line_count_ > kMaxConfigLines) {
        config_.unread.push_back(Missing{Why::unreadable, file, "more lines than are read"});
        break;
      }
      // servconf.c:load_server_config read into a buffer of this size until 7.7.
      if (line->text.size() >= kMaxOldLine && !build_.at_least(7, 8)) {
        bare_refusal({file, line->number}, *line, "",
                     file + " line " + std::to_string(line->number) + " too long");
        continue;
      }
      read_line(*line, place);
    }
    if (first_time) config_.files[index].bytes = std::move(bytes);
    if (place.errors > 0) close(place, 255);
    state_.active = outer_active;
  }

  void read_line(const SshdTextLine& line, Place& place) {
    WordCutter cutter(line.text);
    std::optional<std::string> keyword = cutter.next();
    if (keyword && keyword->empty()) keyword = cutter.next();
    if (!keyword || keyword->empty() || keyword->front() == '#') return;
    const ConfigOrigin at{*place.file, line.number};
    const bool modern = build_.at_least(8, 7);
    if (modern && cutter.rest().value_or("").empty()) {
      return fault(place, at, line, *keyword, "no argument after keyword \"" + as_logged(*keyword) + "\"");
    }
    const KeywordMeaning meaning = keyword_meaning(*keyword, build_);
    if (meaning.standing == KeywordStanding::unknown) {
      fault(place, at, line, *keyword, "Bad configuration option: " + as_logged(*keyword));
    }
    SshdArgumentWords words(cutter.rest(), build_);
    if (!words.quotes_are_balanced()) return fault(place, at, line, *keyword, "invalid quotes");
    if (!state_.active && !meaning.in_match) {
      return refuse(at, line, *keyword,
                    "Directive '" + as_logged(*keyword) + "' is not allowed within a Match block");
    }
    switch (meaning.standing) {
      case KeywordStanding::unknown:
      case KeywordStanding::ignored: return;
      case KeywordStanding::deprecated:
        return warn(at, line, *keyword, "Deprecated option " + as_logged(*keyword));
      case KeywordStanding::unsupported:
        return warn(at, line, *keyword, "Unsupported option " + as_logged(*keyword));
      case KeywordStanding::normal: break;
    }
    if (meaning.directive == Directive::match)
      return read_match(line, at, *keyword, cutter.rest(), words, place);
    if (meaning.directive == Directive::include) return read_include(line, at, *keyword, words, place);
    read_setting(line, at, *keyword, meaning.directive, cutter.rest(), words, place);
  }

  void read_setting(const SshdTextLine& line, const ConfigOrigin& at, const std::string& keyword,
                    Directive directive, std::optional<std::string_view> rest, SshdArgumentWords& words,
                    Place& place) {
    LineVerdict verdict = check_arguments(directive, keyword, rest, words, state_, build_);
    ConfigLine out;
    out.at = at;
    out.keyword = canonical_keyword(directive);
    out.match = place.block;
    if (verdict.fine) {
      if (verdict.inert) return;
      out.values = std::move(verdict.values);
    } else {
      out.dead = true;
      ConfigProblem problem = problem_of(verdict.severity, at, line, keyword, std::move(verdict.message));
      problem.preface = std::move(verdict.preface);
      problem.bare = verdict.bare;
      count_error(place, problem.severity);
      add(std::move(problem));
    }
    config_.lines.push_back(std::move(out));
  }

  void read_match(const SshdTextLine& line, const ConfigOrigin& at, const std::string& keyword,
                  std::optional<std::string_view> rest, SshdArgumentWords& words, Place& place) {
    if (state_.command_line) {
      return bare_refusal(at, line, keyword, "Match directive not supported as a command-line option");
    }
    MatchParse parsed = parse_match(rest, words, line.number, build_);
    MatchBlock block;
    block.at = at;
    block.criteria = std::move(parsed.criteria);
    block.parent = place.outer;
    if (!parsed.fine) {
      block.criteria.emplace_back(std::string(kRefusedCriterion), "");
      ConfigProblem problem = problem_of(ConfigSeverity::fatal, at, line, keyword, std::move(parsed.message));
      problem.preface = std::move(parsed.preface);
      problem.bare = parsed.bare;
      add(std::move(problem));
    } else if (parsed.left_over) {
      if (build_.at_least(8, 7)) {
        fault(place, at, line, keyword, "keyword " + keyword + " extra arguments at end of line");
      } else {
        refuse(at, line, keyword,
               "garbage at end of line; \"" + as_logged(parsed.left_over->substr(0, 200)) + "\".");
      }
    }
    state_.active = parsed.fine && !place.never_match && holds_at_startup(block, build_);
    config_.blocks.push_back(std::move(block));
    place.block = config_.blocks.size();
  }

  void read_include(const SshdTextLine& line, const ConfigOrigin& at, const std::string& keyword,
                    SshdArgumentWords& words, Place& place) {
    if (state_.command_line) {
      return bare_refusal(at, line, keyword, "Include directive not supported as a command-line option");
    }
    const bool modern = build_.at_least(8, 7);
    bool any = false;
    ConfigLine out;
    out.at = at;
    out.keyword = canonical_keyword(Directive::include);
    out.match = place.block;
    const std::size_t own_index = config_.lines.size();
    config_.lines.push_back(std::move(out));
    std::optional<std::string> word;
    while ((word = words.next())) {
      if (word->empty()) {
        if (modern) fault(place, at, line, keyword, "keyword " + keyword + " empty argument");
        break;
      }
      any = true;
      config_.lines[own_index].values.push_back(*word);
      const bool rooted = word->front() == '/' || word->front() == '~';
      include(HostPath(rooted ? *word : build_.config_directory + "/" + *word), line, at, keyword, place);
    }
    if (!any && !word) {
      refuse(at, line, keyword, (modern ? keyword : "Include") + " missing filename argument");
    }
    if (!any) config_.lines[own_index].dead = true;
  }

  void include(const HostPath& pattern, const SshdTextLine& line, const ConfigOrigin& at,
               const std::string& keyword, const Place& place) {
    if (includes_closed_) return;
    Known<std::vector<HostPath>> names = input_.glob(pattern);
    if (!names) {
      config_.unread.push_back(names.missing());
      if (names.missing().why == Why::unreadable) {
        refuse(at, line, keyword, "include \"" + as_logged(pattern.str()) + "\" glob failed");
      }
      return;
    }
    const bool active = state_.active;
    for (const HostPath& name : *names) {
      Known<std::string> bytes = input_.read(name);
      if (!bytes) {
        unreadable(name, bytes.missing(), at);
      } else {
        read_file(name, std::move(*bytes), place.depth + 1, place.block, !active);
      }
      state_.active = active;
    }
  }

  // A file that sshd would open and we can't give it: one that is not there ends sshd through perror(3).
  void unreadable(const HostPath& path, const Missing& missing, const ConfigOrigin& at) {
    if (missing.why != Why::absent) {
      config_.unread.push_back(missing);
      return;
    }
    stop(at, path.str() + ": No such file or directory", "");
  }

  static ConfigProblem problem_of(ConfigSeverity severity, const ConfigOrigin& at, const SshdTextLine& line,
                                  const std::string& keyword, std::string message) {
    ConfigProblem problem;
    problem.severity = severity;
    problem.at = at;
    problem.message = std::move(message);
    problem.keyword = keyword;
    problem.text = std::string(line.text);
    return problem;
  }

  void add(ConfigProblem problem) {
    if (problem.severity == ConfigSeverity::fatal && !stopped_) problem.stops = stopped_ = true;
    config_.problems.push_back(std::move(problem));
  }

  void count_error(Place& place, ConfigSeverity severity) {
    if (severity != ConfigSeverity::error) return;
    ++place.errors;
    place.last_error = config_.problems.size();
  }

  void fault(Place& place, const ConfigOrigin& at, const SshdTextLine& line, const std::string& keyword,
             std::string message) {
    count_error(place, ConfigSeverity::error);
    add(problem_of(ConfigSeverity::error, at, line, keyword, std::move(message)));
  }

  void refuse(const ConfigOrigin& at, const SshdTextLine& line, const std::string& keyword,
              std::string message) {
    add(problem_of(ConfigSeverity::fatal, at, line, keyword, std::move(message)));
  }

  void bare_refusal(const ConfigOrigin& at, const SshdTextLine& line, const std::string& keyword,
                    std::string message) {
    ConfigProblem problem = problem_of(ConfigSeverity::fatal, at, line, keyword, std::move(message));
    problem.bare = true;
    add(std::move(problem));
  }

  void warn(const ConfigOrigin& at, const SshdTextLine& line, const std::string& keyword,
            std::string message) {
    add(problem_of(ConfigSeverity::warning, at, line, keyword, std::move(message)));
  }

  // sshd exits with status 1 and prints the message as it is.
  void stop(const ConfigOrigin& at, std::string message, std::string text) {
    ConfigProblem problem;
    problem.severity = ConfigSeverity::fatal;
    problem.at = at;
    problem.message = std::move(message);
    problem.text = std::move(text);
    problem.exit_status = 1;
    problem.bare = true;
    add(std::move(problem));
  }

  // The end of a file with counted errors.
  void close(const Place& place, int exit_status) {
    if (stopped_) return;
    stopped_ = true;
    config_.problems[place.last_error].stops = true;
    config_.problems[place.last_error].exit_status = exit_status;
  }

  ConfigInput& input_;
  const SshBuild& build_;
  SshdConfig config_;
  LineState state_;
  std::size_t file_count_ = 0;
  std::size_t line_count_ = 0;
  std::unordered_set<std::string> seen_;  // files that stand in `files`
  bool includes_closed_ = false;
  bool stopped_ = false;
};

}  // namespace

bool SshdConfig::acceptable() const {
  return first_stopper() == nullptr;
}

const ConfigProblem* SshdConfig::first_stopper() const {
  const ConfigProblem* last_error = nullptr;
  const ConfigProblem* first_fatal = nullptr;
  for (const ConfigProblem& problem : problems) {
    if (problem.stops) return &problem;
    if (problem.severity == ConfigSeverity::fatal && first_fatal == nullptr) first_fatal = &problem;
    if (problem.severity == ConfigSeverity::error) last_error = &problem;
  }
  return first_fatal != nullptr ? first_fatal : last_error;
}

SshdConfig parse_sshd_config(ConfigInput& input, const SshdArguments& arguments, const SshBuild& build) {
  return ConfigParser(input, build).run(arguments);
}

}  // namespace reentry
