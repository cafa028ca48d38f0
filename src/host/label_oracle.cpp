#include "host/label_oracle.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include "host/descriptor.hpp"
#include "host/label_parts.hpp"

namespace reentry {
namespace {

constexpr auto kLimit = std::chrono::seconds(20);
constexpr rlim_t kProcessorSeconds = 15;
constexpr std::size_t kAnswerLimit = std::size_t{256} << 20U;

// The answers on their way from one process to the other: lengths and bytes, one after the other.
class Tape {
 public:
  Tape() = default;
  explicit Tape(std::string bytes) : bytes_(std::move(bytes)) {}

  void put(std::string_view text) {
    const auto size = static_cast<std::uint32_t>(text.size());
    bytes_.append(reinterpret_cast<const char*>(&size), sizeof size);
    bytes_ += text;
  }
  void put_number(std::size_t number) { put(std::to_string(number)); }
  void put_known(const Known<std::string>& value) {
    put_number(static_cast<std::size_t>(value ? 1 : 0));
    put(value ? std::string_view(*value) : std::string_view(value.missing().detail));
  }
  void put_list(const Known<std::vector<std::string>>& list) {
    put_number(list ? list->size() + 1 : std::size_t{0});
    if (!list) return;
    for (const std::string& word : *list) put(word);
  }

  std::string text() {
    std::uint32_t size = 0;
    if (bytes_.size() - at_ < sizeof size) return ended();
    std::memcpy(&size, bytes_.data() + at_, sizeof size);
    at_ += sizeof size;
    if (bytes_.size() - at_ < size) return ended();
    at_ += size;
    return bytes_.substr(at_ - size, size);
  }
  std::size_t number() { return static_cast<std::size_t>(std::strtoul(text().c_str(), nullptr, 10)); }
  Known<std::string> known(Why why, const std::string& where) {
    const bool has = number() == 1;
    std::string value = text();
    if (has) return value;
    return Missing{why, where, std::move(value)};
  }
  Known<std::vector<std::string>> list() {
    std::size_t size = number();
    if (size == 0) return Missing{};
    std::vector<std::string> words;
    while (--size > 0 && whole_) words.push_back(text());
    return words;
  }
  [[nodiscard]] bool whole() const { return whole_; }
  [[nodiscard]] const std::string& bytes() const { return bytes_; }

 private:
  std::string ended() {
    whole_ = false;
    return {};
  }
  std::string bytes_;
  std::size_t at_ = 0;
  bool whole_ = true;
};

std::string written(const LabelAnswers& answers) {
  Tape tape;
  tape.put_known(answers.contexts);
  tape.put_known(answers.policy);
  for (const LabelFact& node : answers.nodes) {
    tape.put_known(node.expected);
    tape.put(node.mended);
    tape.put_list(node.refused);
    tape.put_list(node.refused_when_mended);
    tape.put(node.domain);
    tape.put(node.boolean);
    tape.put_number(node.boolean_value);
  }
  for (const PortFact& port : answers.ports) {
    tape.put_number(static_cast<std::size_t>(port.port));
    tape.put(port.type);
    tape.put(port.domain);
    tape.put_number(static_cast<std::size_t>(port.refused ? 1 : 0));
  }
  tape.put("end");
  return tape.bytes();
}

bool read_back(Tape tape, std::size_t ports, LabelAnswers& answers) {
  answers.contexts = tape.known(Why::malformed, "file_contexts");
  answers.policy = tape.known(Why::malformed, "policy");
  for (LabelFact& node : answers.nodes) {
    node.expected = tape.known(Why::malformed, node.question.path.str());
    node.mended = tape.text();
    node.refused = tape.list();
    node.refused_when_mended = tape.list();
    node.domain = tape.text();
    node.boolean = tape.text();
    node.boolean_value = tape.number();
  }
  if (answers.policy) {
    for (std::size_t i = 0; i < ports; ++i) {
      PortFact port;
      port.port = static_cast<int>(tape.number());
      port.type = tape.text();
      port.domain = tape.text();
      port.refused = tape.number() == 1;
      answers.ports.push_back(std::move(port));
    }
  }
  return tape.text() == "end" && tape.whole();
}

// A directory of our own that goes with this value. In memory where this machine has such a place: a rescue
// system may have no other that can be written.
class PrivateDirectory {
 public:
  PrivateDirectory() {
    for (const char* place : {"/dev/shm", "/run", "/tmp"}) {
      std::string name = std::string(place) + "/reentry-XXXXXX";
      if (::mkdtemp(name.data()) == nullptr) continue;
      path_ = std::move(name);
      return;
    }
  }
  PrivateDirectory(const PrivateDirectory&) = delete;
  PrivateDirectory& operator=(const PrivateDirectory&) = delete;
  ~PrivateDirectory() {
    if (path_.empty()) return;
    for (const char* name : {"", ".homedirs", ".local", ".subs", ".subs_dist"}) {
      ::unlink((path_ + "/file_contexts" + name).c_str());
    }
    ::rmdir(path_.c_str());
  }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

[[noreturn]] void answer(const LabelInquiry& inquiry, const std::string& directory,
                         const Descriptor& output) {
  const rlimit limit{kProcessorSeconds, kProcessorSeconds};
  ::setrlimit(RLIMIT_CPU, &limit);
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  LabelAnswers answers;
  answers.nodes = inquiry.nodes;
  DomainLabels mended = inquiry.domains;
  for (LabelFact& node : answers.nodes) node.mended = node.label ? *node.label : std::string();
  std::string why = inquiry.contexts.main.empty()
                        ? "there are no file_contexts"
                        : expect_labels(inquiry.contexts, directory, answers.nodes, mended);
  answers.contexts = why.empty() ? Known<std::string>(std::string())
                                 : Known<std::string>(Missing{Why::malformed, {}, std::move(why)});
  if (!inquiry.policy.empty()) {
    why = ask_policy(inquiry, mended, answers);
    if (!why.empty()) answers.policy = Missing{Why::malformed, {}, std::move(why)};
  }
  const std::string bytes = written(answers);
  for (std::size_t at = 0; at < bytes.size();) {
    const ssize_t n = ::write(output.get(), bytes.data() + at, bytes.size() - at);
    if (n <= 0) ::_exit(1);
    at += static_cast<std::size_t>(n);
  }
  ::_exit(0);
}

// True when the child ended by itself and well within `limit`.
bool ended_well(pid_t child) {
  const auto end = std::chrono::steady_clock::now() + kLimit;
  int status = 0;
  while (true) {
    const pid_t got = ::waitpid(child, &status, WNOHANG);
    if (got == child) return WIFEXITED(status) && WEXITSTATUS(status) == 0;
    if (got < 0 && errno != EINTR) return false;
    if (std::chrono::steady_clock::now() >= end) {
      ::kill(child, SIGKILL);
      while (::waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
      return false;
    }
    const struct timespec tick = {0, 500'000};
    ::nanosleep(&tick, nullptr);
  }
}

std::string bytes_in(const Descriptor& output) {
  const off_t size = ::lseek(output.get(), 0, SEEK_END);
  if (size <= 0 || static_cast<std::size_t>(size) > kAnswerLimit) return {};
  std::string bytes(static_cast<std::size_t>(size), '\0');
  std::size_t got = 0;
  while (got < bytes.size()) {
    const ssize_t n = ::pread(output.get(), bytes.data() + got, bytes.size() - got, static_cast<off_t>(got));
    if (n <= 0) return {};
    got += static_cast<std::size_t>(n);
  }
  return bytes;
}

LabelAnswers nothing_known(const LabelInquiry& inquiry, const std::string& why) {
  LabelAnswers answers;
  answers.nodes = inquiry.nodes;
  for (LabelFact& node : answers.nodes) {
    node.expected = Missing{Why::unreadable, node.question.path.str(), why};
    node.mended = node.label ? *node.label : std::string();
  }
  answers.contexts = Missing{Why::unreadable, "file_contexts", why};
  answers.policy = Missing{Why::unreadable, "policy", why};
  return answers;
}

}  // namespace

LabelAnswers ask_labels(const LabelInquiry& inquiry) {
  const PrivateDirectory directory;
  const Descriptor output(::memfd_create("reentry-labels", MFD_CLOEXEC));
  if (directory.path().empty() || !output.valid())
    return nothing_known(inquiry, "no room on this machine for copies of the target's files");
  const pid_t child = ::fork();
  if (child < 0) return nothing_known(inquiry, std::strerror(errno));  // NOLINT(concurrency-mt-unsafe)
  if (child == 0) answer(inquiry, directory.path(), output);
  LabelAnswers answers;
  answers.nodes = inquiry.nodes;
  if (!ended_well(child) || !read_back(Tape(bytes_in(output)), inquiry.ports.size(), answers))
    return nothing_known(inquiry,
                         "the files could not be worked through: they are damaged, or took too long");
  return answers;
}

}  // namespace reentry
