#include "cli/target.hpp"

#include <fcntl.h>
#include <langinfo.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <clocale>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include "base/ascii_case.hpp"
#include "base/shown.hpp"
#include "checks/catalogue.hpp"
#include "cli/out_file.hpp"
#include "cli/own_words.hpp"
#include "collect/collect.hpp"
#include "facts/public_key.hpp"
#include "host/saved_facts.hpp"
#include "login/replay.hpp"

namespace reentry::cli {
namespace {

constexpr std::size_t kKeyFileLimit = 1U << 20U;

// A file of the machine we run on, named by the user: a key, saved facts. A FIFO or a device is refused, not
// waited for.
Result<std::string> read_own_file(const std::string& path, std::size_t limit) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (fd < 0) return fail(ErrorKind::usage, path, std::strerror(errno));
  std::string bytes;
  std::string why;
  struct stat raw {};
  if (::fstat(fd, &raw) != 0 || !S_ISREG(raw.st_mode)) why = "not a regular file";
  std::array<char, 65536> chunk{};
  while (why.empty()) {
    const ssize_t n = ::read(fd, chunk.data(), chunk.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) why = std::strerror(errno);
    if (n <= 0) break;
    bytes.append(chunk.data(), static_cast<std::size_t>(n));
    if (bytes.size() > limit) why = "larger than a file of its kind can be";
  }
  ::close(fd);
  if (!why.empty()) return fail(ErrorKind::usage, path, why);
  return bytes;
}

Result<PublicKey> read_key(const std::string& path) {
  TRY(const std::string bytes, read_own_file(path, kKeyFileLimit));
  std::string why_not;
  std::optional<PublicKey> key = key_from_any_file(bytes, why_not);
  if (!key) return fail(ErrorKind::usage, path, why_not);
  return std::move(*key);
}

bool is_address(const std::string& text) {
  std::array<unsigned char, 16> raw{};
  return ::inet_pton(AF_INET, text.c_str(), raw.data()) == 1 ||
         ::inet_pton(AF_INET6, text.c_str(), raw.data()) == 1;
}

// One question for each user with each credential.
Result<std::vector<LoginQuestion>> questions_of(const TargetOptions& options) {
  std::vector<PublicKey> keys;
  for (const std::string& path : options.keys) {
    TRY(PublicKey key, read_key(path));
    keys.push_back(std::move(key));
  }
  if (options.from && !is_address(*options.from)) {
    return fail(ErrorKind::usage, "--from " + shown(*options.from), "not an IPv4 or IPv6 address");
  }
  if (options.users.empty() && (!keys.empty() || options.password)) {
    return fail(ErrorKind::usage, keys.empty() ? "--password" : "--key", "say whose login it is with --user");
  }
  std::vector<LoginQuestion> questions;
  for (const std::string& user : options.users) {
    LoginQuestion question;
    question.user = user;
    question.from = options.from;
    question.port = options.port;
    question.asked = true;
    for (const PublicKey& key : keys) {
      question.kind = CredentialKind::key;
      question.key = key;
      questions.push_back(question);
    }
    question.key.reset();
    if (options.password) {
      question.kind = CredentialKind::password;
      questions.push_back(question);
    }
    if (keys.empty() && !options.password) {
      question.kind = CredentialKind::any;
      questions.push_back(question);
    }
  }
  return questions;
}

// The tree to read: a mounted root, this machine, or what was saved of another.
struct Source {
  std::unique_ptr<FileTree> tree;
  std::unique_ptr<RunningSystem> system;
  TargetFacts target;
  std::int64_t now = 0;
};

Result<Source> open_source(const TargetOptions& options) {
  Source source;
  source.now = std::time(nullptr);
  if (options.facts) {
    TRY(const std::string bytes, read_own_file(*options.facts, kSavedFactsLimit));
    TRY(SavedFacts saved, load_facts(*options.facts, bytes));
    source.tree = std::move(saved.tree);
    source.system = std::make_unique<SavedSystem>(std::move(saved.system));
    source.target = saved.target;
    source.now = saved.now;
    return source;
  }
  source.target.kind = options.root ? TargetKind::root : TargetKind::live;
  source.target.name = options.root.value_or("");
  if (!options.root) {
    std::array<char, 256> name{};
    if (::gethostname(name.data(), name.size() - 1) == 0) source.target.name = name.data();
  }
  TRY(source.tree, open_disk_tree(options.root.value_or("/")));
  if (options.root) {
    source.system = std::make_unique<NotRunning>();
  } else {
    source.system = this_machine();
  }
  return source;
}

}  // namespace

Result<Checked> check_target(const TargetOptions& options, bool verbose) {
  TRY(std::vector<LoginQuestion> questions, questions_of(options));
  TRY(Source source, open_source(options));
  std::unique_ptr<RecordingTree> recorder;
  RecordingSystem answers(*source.system);
  FileTree* tree = source.tree.get();
  if (options.save_facts) {
    recorder = std::make_unique<RecordingTree>(*source.tree);
    tree = recorder.get();
  }
  tree->trace() = Trace(verbose);
  Checked checked;
  TRY(checked.facts, collect(*tree, answers, source.target, source.now, options.users));
  if (recorder) {
    TRY_VOID(write_file(*options.save_facts,
                        save_facts(*recorder, answers.answers(), checked.facts.target, source.now)));
  }
  checked.touches = tree->trace().touches();
  checked.questions = questions.empty() ? host_logins(checked.facts) : std::move(questions);
  if (options.users.empty()) {
    for (LoginQuestion& question : checked.questions) {
      question.from = options.from;
      question.port = options.port;
    }
  }
  const When when = options.reboot ? When::next_start : natural_time(checked.facts.target.kind);
  checked.diagnosis = diagnose(checked.facts, checked.questions, catalogue(), when);
  return checked;
}

int complain(const Error& error) {
  const std::string line = "reentry: " + shown(error.what, 400) + ": " + shown(error.why, 400) + "\n";
  std::fputs(line.c_str(), stderr);
  switch (error.kind) {
    case ErrorKind::usage: return 2;
    case ErrorKind::target:
    case ErrorKind::internal: return 3;
    case ErrorKind::change: return 4;
  }
  return 3;
}

int exit_status(const Diagnosis& diagnosis) {
  switch (diagnosis.verdict) {
    case Standing::open:
    case Standing::degraded: return 0;
    case Standing::blocked: return 1;
    case Standing::unknown: return 3;
  }
  return 3;
}

void end_process(int status) {
  std::fflush(nullptr);
  ::_exit(status);
}

TerminalOptions terminal_options(const CommonOptions& common, const TargetOptions& target) {
  TerminalOptions out;
  out.language = common.language;
  out.color = wants_color(common.color, stdout);
  out.width = terminal_width();
  out.utf8 = locale_is_utf8();
  out.verbose = common.verbose;
  out.target = target_arguments(target);
  out.login = login_arguments(target);
  out.privileged = ::geteuid() == 0 || target.facts.has_value();
  return out;
}

bool wants_color(Color color, std::FILE* stream) {
  if (color != Color::automatic) return color == Color::always;
  const char* no_color = std::getenv("NO_COLOR");  // NOLINT(concurrency-mt-unsafe): one thread
  const char* term = std::getenv("TERM");          // NOLINT(concurrency-mt-unsafe)
  const bool forbidden = no_color != nullptr && *no_color != '\0';
  const bool dumb = term == nullptr || std::strcmp(term, "dumb") == 0;
  return !forbidden && !dumb && ::isatty(::fileno(stream)) == 1;
}

std::size_t terminal_width() {
  struct winsize size {};
  if (::isatty(STDOUT_FILENO) == 1 && ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40) {
    return size.ws_col;
  }
  return 80;
}

bool locale_is_utf8() {
  // The program stays in the C locale, so that no library changes its ways; the environment alone is asked.
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): one thread
    if (value == nullptr || *value == '\0') continue;
    const std::string coding = lowered(value);
    return coding.find("utf-8") != std::string::npos || coding.find("utf8") != std::string::npos;
  }
  return false;
}

Result<void> write_out(std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = ::write(STDOUT_FILENO, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return fail(ErrorKind::internal, "standard output", std::strerror(errno));
    text.remove_prefix(static_cast<std::size_t>(n));
  }
  return {};
}

}  // namespace reentry::cli
