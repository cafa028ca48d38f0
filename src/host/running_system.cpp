#include "host/running_system.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>

#include "host/command.hpp"
#include "host/descriptor.hpp"
#include "host/listening_sockets.hpp"

namespace reentry {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kAnswerBytes = std::size_t{64} << 20U;
constexpr milliseconds kGreetingTime{2000};
constexpr std::size_t kGreetingBytes = 1024;

Missing offline(std::string what) {
  return {Why::offline, std::move(what), "the target does not run"};
}

std::string program_named(const std::string& name) {
  if (name.starts_with('/')) return name;
  for (const char* directory : {"/usr/sbin/", "/usr/bin/", "/sbin/", "/bin/"}) {
    std::string path = directory + name;
    if (::access(path.c_str(), X_OK) == 0) return path;
  }
  return {};
}

struct SocketAddress {
  sockaddr_storage bytes{};
  socklen_t length = 0;
};

std::optional<SocketAddress> socket_address(const std::string& address, int port) {
  SocketAddress out;
  auto* v4 = reinterpret_cast<sockaddr_in*>(&out.bytes);
  auto* v6 = reinterpret_cast<sockaddr_in6*>(&out.bytes);
  if (::inet_pton(AF_INET, address.c_str(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons(static_cast<std::uint16_t>(port));
    out.length = sizeof *v4;
  } else if (::inet_pton(AF_INET6, address.c_str(), &v6->sin6_addr) == 1) {
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(static_cast<std::uint16_t>(port));
    out.length = sizeof *v6;
  } else {
    return std::nullopt;
  }
  return out;
}

// Waits until the socket has something to say, or the time is up.
bool ready(int fd, short events, std::chrono::steady_clock::time_point end) {
  const auto left = std::chrono::duration_cast<milliseconds>(end - std::chrono::steady_clock::now()).count();
  struct pollfd wait = {fd, events, 0};
  return left > 0 && ::poll(&wait, 1, static_cast<int>(left)) == 1;
}

std::string first_line(const std::string& text) {
  std::string line = text.substr(0, text.find('\n'));
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

Greeting failed(int error) {
  return {error == ECONNREFUSED ? Greeting::End::refused : Greeting::End::unreached, std::strerror(error)};
}

Greeting hear(int fd, std::chrono::steady_clock::time_point end) {
  std::string said;
  while (said.size() < kGreetingBytes && said.find('\n') == std::string::npos) {
    if (!ready(fd, POLLIN, end)) {
      return said.empty() ? Greeting{Greeting::End::silent, {}}
                          : Greeting{Greeting::End::greeted, first_line(said)};
    }
    std::array<char, 256> chunk{};
    const ssize_t n = ::recv(fd, chunk.data(), chunk.size(), 0);
    if (n > 0) {
      said.append(chunk.data(), static_cast<std::size_t>(n));
    } else if (n == 0 || errno != EINTR) {
      break;
    }
  }
  if (said.empty()) return {Greeting::End::closed, {}};
  return {Greeting::End::greeted, first_line(said)};
}

Greeting greet(const std::string& address, int port) {
  const auto to = socket_address(address, port);
  if (!to) return {Greeting::End::unreached, "not an address"};
  const Descriptor fd(::socket(to->bytes.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd.valid()) return failed(errno);
  const auto end = std::chrono::steady_clock::now() + kGreetingTime;
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&to->bytes), to->length) != 0) {
    if (errno != EINPROGRESS) return failed(errno);
    if (!ready(fd.get(), POLLOUT, end)) return failed(ETIMEDOUT);
    int error = 0;
    socklen_t length = sizeof error;
    if (::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &error, &length) != 0 || error != 0)
      return failed(error);
  }
  return hear(fd.get(), end);
}

Known<SystemAnswer> ask_program(const std::vector<std::string>& argv, milliseconds limit) {
  const std::string name = argv.empty() ? std::string() : argv.front();
  std::vector<std::string> words = argv;
  if (!words.empty()) words.front() = program_named(name);
  if (words.empty() || words.front().empty() || ::access(words.front().c_str(), X_OK) != 0) {
    return Missing{Why::absent, name, "there is no such program"};
  }
  auto answer = run_question(words, limit, kAnswerBytes);
  if (!answer) return Missing{Why::unreadable, name, answer.error().why};
  if (answer->timed_out) return Missing{Why::unreadable, name, "it did not answer in time"};
  if (answer->too_much) return Missing{Why::unreadable, name, "its answer is too long"};
  return SystemAnswer{answer->status, std::move(answer->out), std::move(answer->complaint)};
}

class ThisMachine final : public RunningSystem {
 public:
  [[nodiscard]] bool runs() const override { return true; }
  [[nodiscard]] bool privileged() const override { return ::geteuid() == 0; }

  [[nodiscard]] Known<SystemAnswer> ask(const std::vector<std::string>& argv, milliseconds limit) override {
    return ask_program(argv, limit);
  }
  [[nodiscard]] Known<SystemAnswer> consult(const std::vector<std::string>& argv,
                                            milliseconds limit) override {
    return ask_program(argv, limit);
  }
  [[nodiscard]] Known<std::vector<ListeningSocket>> sockets() override { return listening_sockets(); }
  [[nodiscard]] Known<Greeting> greeting(const std::string& address, int port) override {
    return greet(address, port);
  }
};

}  // namespace

Known<SystemAnswer> NotRunning::ask(const std::vector<std::string>& argv, milliseconds /*limit*/) {
  return offline(argv.empty() ? std::string() : argv.front());
}
Known<SystemAnswer> NotRunning::consult(const std::vector<std::string>& argv, milliseconds limit) {
  return ask_program(argv, limit);
}
Known<std::vector<ListeningSocket>> NotRunning::sockets() {
  return offline("the listening sockets");
}
Known<Greeting> NotRunning::greeting(const std::string& address, int /*port*/) {
  return offline(address);
}

std::unique_ptr<RunningSystem> this_machine() {
  return std::make_unique<ThisMachine>();
}

Known<SystemAnswer> RecordingSystem::ask(const std::vector<std::string>& argv, milliseconds limit) {
  Known<SystemAnswer> answer = inner_.ask(argv, limit);
  const std::lock_guard<std::mutex> guard(mutex_);
  return answers_.answers.insert_or_assign(argv, std::move(answer)).first->second;
}

Known<SystemAnswer> RecordingSystem::consult(const std::vector<std::string>& argv, milliseconds limit) {
  Known<SystemAnswer> answer = inner_.consult(argv, limit);
  const std::lock_guard<std::mutex> guard(mutex_);
  return answers_.answers.insert_or_assign(argv, std::move(answer)).first->second;
}

Known<std::vector<ListeningSocket>> RecordingSystem::sockets() {
  Known<std::vector<ListeningSocket>> answer = inner_.sockets();
  const std::lock_guard<std::mutex> guard(mutex_);
  answers_.sockets = std::move(answer);
  return answers_.sockets;
}

Known<Greeting> RecordingSystem::greeting(const std::string& address, int port) {
  Known<Greeting> answer = inner_.greeting(address, port);
  const std::lock_guard<std::mutex> guard(mutex_);
  return answers_.greetings.insert_or_assign({address, port}, std::move(answer)).first->second;
}

SystemAnswers RecordingSystem::answers() const {
  const std::lock_guard<std::mutex> guard(mutex_);
  SystemAnswers out = answers_;
  out.runs = inner_.runs();
  out.privileged = inner_.privileged();
  return out;
}

Known<SystemAnswer> SavedSystem::ask(const std::vector<std::string>& argv, milliseconds /*limit*/) {
  const auto found = answers_.answers.find(argv);
  if (found != answers_.answers.end()) return found->second;
  return Missing{Why::not_asked, argv.empty() ? std::string() : argv.front(), "not among the saved facts"};
}

Known<Greeting> SavedSystem::greeting(const std::string& address, int port) {
  const auto found = answers_.greetings.find({address, port});
  if (found != answers_.greetings.end()) return found->second;
  return Missing{Why::not_asked, address, "not among the saved facts"};
}

}  // namespace reentry
