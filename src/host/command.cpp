#include "host/command.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>

#include "host/descriptor.hpp"

namespace reentry {
namespace {

constexpr std::size_t kOutputKept = std::size_t{16} << 10U;

std::string text_of(const Descriptor& output) {
  std::string said(kOutputKept, '\0');
  const ssize_t n = ::pread(output.get(), said.data(), said.size(), 0);
  said.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
  return said;
}

[[noreturn]] void become(const std::vector<std::string>& argv, const Descriptor& nowhere,
                         const Descriptor& output) {
  std::vector<char*> words;
  words.reserve(argv.size() + 1);
  for (const std::string& word : argv) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  std::array<char, 64> path{"PATH=/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"};
  std::array<char, 10> locale{"LC_ALL=C"};
  const std::array<char*, 3> environment = {path.data(), locale.data(), nullptr};
  // A group of its own, so that what hangs can be ended whole.
  if (::setpgid(0, 0) == 0 && ::dup2(nowhere.get(), 0) >= 0 && ::dup2(output.get(), 1) >= 0 &&
      ::dup2(output.get(), 2) >= 0) {
    ::execve(words.front(), words.data(), environment.data());
  }
  ::_exit(127);
}

}  // namespace

Result<CommandAnswer> run_command(const std::vector<std::string>& argv, std::chrono::milliseconds limit) {
  const Descriptor nowhere(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  const Descriptor output(::memfd_create("reentry", MFD_CLOEXEC));
  if (argv.empty() || !nowhere.valid() || !output.valid()) {
    return fail(ErrorKind::target, argv.empty() ? "command" : argv.front(), std::strerror(errno));
  }
  if (::access(argv.front().c_str(), X_OK) != 0) {
    return fail(ErrorKind::target, argv.front(), std::strerror(errno));
  }
  const pid_t child = ::fork();
  if (child < 0) return fail(ErrorKind::target, argv.front(), std::strerror(errno));
  if (child == 0) become(argv, nowhere, output);
  const auto end = std::chrono::steady_clock::now() + limit;
  CommandAnswer answer;
  int status = 0;
  while (::waitpid(child, &status, WNOHANG) == 0) {
    if (std::chrono::steady_clock::now() >= end) {
      answer.timed_out = true;
      ::kill(-child, SIGKILL);
      ::kill(child, SIGKILL);
      while (::waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
      break;
    }
    const struct timespec tick = {0, 1'000'000};
    ::nanosleep(&tick, nullptr);
  }
  answer.status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  answer.said = text_of(output);
  return answer;
}

}  // namespace reentry
