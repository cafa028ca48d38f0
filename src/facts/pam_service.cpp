// pam_handlers.c: _pam_init_handlers, _pam_parse_config_file, _pam_load_conf_file, _pam_assemble_line and
// pam_misc.c:_pam_StrTok, over bytes.
#include <algorithm>
#include <optional>
#include <utility>

#include "base/ascii_case.hpp"
#include "facts/pam.hpp"

namespace reentry {
namespace {

constexpr std::size_t kMostHandlers = 4096;
constexpr int kMostLevels = 16;  // PAM_SUBSTACK_MAX_LEVEL
constexpr std::array<std::string_view, 3> kDirectories = {"/etc/pam.d", "/usr/lib/pam.d", "/usr/etc/pam.d"};
constexpr std::string_view kConfFile = "/etc/pam.conf";

bool is_separator(char c) {
  return c == ' ' || c == '\t' || c == '\n';
}

// Assembled lines: comments cut, a backslash at the end joined with the next line.
class ServiceLineReader {
 public:
  explicit ServiceLineReader(std::string_view bytes) : rest_(bytes) {}

  struct Line {
    std::string text;        // what libpam parses
    std::string source;      // as it stands, for showing
    std::size_t number = 0;  // of its first physical line
  };

  // False at the end of the file. `broken` is set when the file ends inside a continuation.
  bool next(Line& line, bool& broken) {
    line = Line{};
    bool open = false;
    while (!rest_.empty()) {
      std::string_view physical = take_physical();
      const std::string_view shown_part = physical;
      physical = physical.substr(0, physical.find('\0'));
      while (!physical.empty() && is_separator(physical.front())) physical.remove_prefix(1);
      if (physical.empty() || physical.front() == '#') continue;
      if (line.number == 0) line.number = number_;
      if (!line.source.empty()) line.source += ' ';
      line.source += shown_part;
      const std::size_t comment = physical.find('#');
      if (comment != std::string_view::npos) {
        line.text += physical.substr(0, comment);
        return true;
      }
      std::string_view trimmed = physical;
      while (trimmed.size() > 1 && is_separator(trimmed.back())) trimmed.remove_suffix(1);
      if (trimmed.back() != '\\') {
        line.text += physical;
        return true;
      }
      line.text += trimmed.substr(0, trimmed.size() - 1);
      line.text += ' ';
      open = true;
    }
    broken = open;
    return false;
  }

 private:
  std::string_view take_physical() {
    const std::size_t end = rest_.find('\n');
    const std::string_view physical = rest_.substr(0, end);
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
    ++number_;
    return physical;
  }

  std::string_view rest_;
  std::size_t number_ = 0;
};

// Words of a line; `[…]` is one word without its brackets, `\]` inside it a `]`.
class Words {
 public:
  explicit Words(std::string_view text) : rest_(text) {}

  std::optional<std::string> next() {
    while (!rest_.empty() && is_separator(rest_.front())) rest_.remove_prefix(1);
    if (rest_.empty()) return std::nullopt;
    std::string word;
    std::size_t end = 0;
    if (rest_.front() == '[') {
      for (end = 1; end < rest_.size() && rest_[end] != ']'; ++end) {
        if (rest_[end] == '\\' && end + 1 < rest_.size() && rest_[end + 1] == ']') ++end;
        word += rest_[end];
      }
    } else {
      while (end < rest_.size() && !is_separator(rest_[end])) word += rest_[end++];
    }
    rest_.remove_prefix(std::min(rest_.size(), end + 1));
    return word;
  }

 private:
  std::string_view rest_;
};

std::optional<PamType> type_of(std::string_view word) {
  for (const PamType type : {PamType::auth, PamType::account, PamType::session, PamType::password}) {
    if (equal_ignoring_case(word, name_of(type))) return type;
  }
  return std::nullopt;
}

class Parser {
 public:
  Parser(PamInput& input, PamService& service, bool debian)
      : input_(input), service_(service), debian_(debian) {}

  void run() {
    const bool any_directory =
        std::any_of(kDirectories.begin(), kDirectories.end(),
                    [this](std::string_view path) { return input_.is_directory(HostPath(path)); });
    if (!any_directory) {
      const Known<std::string> conf = read(HostPath(kConfFile));
      service_.usable = conf && parse({kConfFile, *conf}, Scope{});
      if (conf) service_.file = kConfFile;
      return;
    }
    bool read_something = false;
    if (const std::optional<HostPath> own = find(service_.name)) {
      service_.file = own->str();
      Scope scope;
      scope.service = service_.name;
      // libpam gives up here: not even `other` is read after a file that could not be parsed.
      if (!parse({own->str(), *read(*own)}, scope)) return;
      read_something = true;
    }
    if (const std::optional<HostPath> other = find("other")) {
      Scope scope;
      scope.service = "other";
      if (!parse({other->str(), *read(*other)}, scope)) return;
      read_something = true;
    }
    service_.usable = read_something;
  }

 private:
  struct Source {
    std::string_view path;
    std::string_view bytes;
  };
  struct Scope {
    std::string service;               // empty: the first word of each line names it (pam.conf)
    std::optional<PamType> requested;  // only this type (include, substack)
    int include_level = 0;
    int stack_level = 0;
  };
  struct Entry {
    PamHandler handler;
    PamType type = PamType::auth;
    bool other = false;
  };

  Known<std::string> read(const HostPath& path) {
    Known<std::string> bytes = input_.read(path);
    if (!bytes && !bytes.is_absent() &&
        std::find(service_.unread.begin(), service_.unread.end(), bytes.missing()) == service_.unread.end()) {
      service_.unread.push_back(bytes.missing());
    }
    return bytes;
  }

  std::optional<HostPath> find(std::string_view name) {
    for (const std::string_view directory : kDirectories) {
      const HostPath path = HostPath(directory) / name;
      if (read(path)) return path;
    }
    return std::nullopt;
  }

  void complain(const PamHandler& at, std::string message) {
    if (service_.problems.size() < kMostHandlers) {
      service_.problems.push_back({at.file, at.line, at.text, std::move(message)});
    }
  }

  void fault(PamHandler& handler, std::string message) {
    handler.kind = PamHandler::Kind::must_fail;
    if (handler.fault.empty()) handler.fault = message;
    complain(handler, std::move(message));
  }

  // False: libpam gives the whole file up (PAM_ABORT).
  bool parse(const Source& source, const Scope& scope) {
    ServiceLineReader lines(source.bytes);
    ServiceLineReader::Line line;
    bool broken = false;
    while (lines.next(line, broken)) {
      if (++handlers_ > kMostHandlers) return false;
      Words words(line.text);
      Entry entry;
      entry.handler.file = source.path;
      entry.handler.line = line.number;
      entry.handler.text = line.source;
      entry.handler.level = scope.stack_level;
      std::string service = scope.service;
      if (service.empty()) service = words.next().value_or("");
      entry.other = equal_ignoring_case(service, "other");
      if (!entry.other && !equal_ignoring_case(service, service_.name)) continue;
      Scope inner = scope;
      inner.service = service;
      if (!parse_entry(words, inner, std::move(entry))) return false;
    }
    if (broken) {
      PamHandler at;
      at.file = source.path;
      at.text = "\\";
      complain(at, "the file ends in a continued line");
    }
    return !broken;
  }

  bool parse_entry(Words& words, const Scope& scope, Entry entry) {
    std::optional<std::string> word = words.next();
    if (!word) {
      entry.type = scope.requested.value_or(PamType::auth);
      fault(entry.handler, "empty module type");
    } else {
      std::string_view text = *word;
      if (text.front() == '-') {
        entry.handler.kind = PamHandler::Kind::silent_module;
        text.remove_prefix(1);
      }
      const std::optional<PamType> type = type_of(text);
      if (!type && debian_ && equal_ignoring_case(text, "@include"))
        return parse_debian_include(words, scope, entry);
      if (!type) fault(entry.handler, "illegal module type: " + std::string(text));
      entry.type = type.value_or(scope.requested.value_or(PamType::auth));
    }
    if (scope.requested && *scope.requested != entry.type) return true;
    return parse_control_and_module(words, scope, std::move(entry));
  }

  bool parse_control_and_module(Words& words, const Scope& scope, Entry entry) {
    const std::optional<std::string> control = words.next();
    entry.handler.control = control.value_or("");
    entry.handler.actions.fill(kPamBad);
    if (!control) {
      fault(entry.handler, "no control flag supplied");
    } else if (equal_ignoring_case(*control, "include") || equal_ignoring_case(*control, "substack")) {
      return parse_include(words, scope, std::move(entry), equal_ignoring_case(*control, "substack"));
    } else if (!parse_pam_control(*control, entry.handler.actions)) {
      entry.handler.fault = "pam_parse: the control field can't be read: " + *control;
      complain(entry.handler, entry.handler.fault);
    }
    std::optional<std::string> module = words.next();
    if (!module) {
      fault(entry.handler, "no module name supplied");
    } else {
      entry.handler.module = std::move(*module);
    }
    while (std::optional<std::string> argument = words.next()) entry.handler.arguments.push_back(*argument);
    add(std::move(entry));
    return true;
  }

  bool parse_include(Words& words, const Scope& scope, Entry entry, bool substack) {
    const std::optional<std::string> name = words.next();
    if (substack) {
      Entry mark = entry;
      mark.handler.kind = PamHandler::Kind::substack;
      mark.handler.module = name.value_or("");
      add(std::move(mark));
    }
    if (name && load(*name, scope, entry.type, substack)) return true;
    fault(entry.handler, name ? "unable to open config for " + *name : "no config name supplied");
    add(std::move(entry));
    return true;
  }

  // Debian's patch jumps over the control field. A file that can't be read leaves the type of the entry at
  // "any", which _pam_add_handler refuses: the whole configuration is given up.
  bool parse_debian_include(Words& words, const Scope& scope, Entry& entry) {
    const std::optional<std::string> name = words.next();
    entry.handler.control = "@include";
    if (name && load(*name, scope, scope.requested, false)) return true;
    fault(entry.handler, name ? "unable to open config for " + *name : "@include without a file");
    if (!scope.requested) return false;
    entry.handler.actions.fill(kPamBad);
    entry.type = *scope.requested;
    add(std::move(entry));
    return true;
  }

  bool load(const std::string& name, const Scope& scope, std::optional<PamType> type, bool substack) {
    Scope inner = scope;
    inner.requested = type;
    inner.include_level += 1;
    inner.stack_level += substack ? 1 : 0;
    if (inner.include_level >= kMostLevels) return false;
    std::optional<HostPath> path;
    if (!name.empty() && name.front() == '/') {
      path = HostPath(name);
    } else if (debian_) {
      path = HostPath(kDirectories[0]) / name;
    } else {
      path = find(name);
    }
    if (!path) return false;
    const Known<std::string> bytes = read(*path);
    return bytes && parse({path->str(), *bytes}, inner);
  }

  void add(Entry entry) {
    auto& stacks = entry.other ? service_.other : service_.own;
    stacks[static_cast<std::size_t>(entry.type)].push_back(std::move(entry.handler));
  }

  PamInput& input_;
  PamService& service_;
  bool debian_;
  std::size_t handlers_ = 0;
};

}  // namespace

PamService parse_pam_service(PamInput& input, std::string_view service, bool debian_include) {
  PamService result;
  result.name = service;
  Parser(input, result, debian_include).run();
  return result;
}

}  // namespace reentry
