#include "host/command.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <ctime>

#include "host/descriptor.hpp"

namespace reentry {
namespace {

constexpr std::size_t kOutputKept = std::size_t{16} << 10U;

std::string text_of(const Descriptor& output, std::size_t most) {
  struct stat raw {};
  if (::fstat(output.get(), &raw) != 0 || raw.st_size <= 0) return {};
  std::string said(std::min(most, static_cast<std::size_t>(raw.st_size)), '\0');
  const ssize_t n = ::pread(output.get(), said.data(), said.size(), 0);
  said.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
  return said;
}

// What a child gets: its outputs, and how many bytes it may write to a file; 0 is no bound.
struct Outputs {
  const Descriptor& nowhere;
  const Descriptor& out;
  const Descriptor& complaint;
  std::size_t most = 0;
};

// In the child of a process that may have other threads: nothing is allocated here.
[[noreturn]] void become(const std::vector<char*>& words, const Outputs& outputs) {
  std::array<char, 64> path{"PATH=/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"};
  std::array<char, 10> locale{"LC_ALL=C"};
  const std::array<char*, 3> environment = {path.data(), locale.data(), nullptr};
  const struct rlimit bytes = {outputs.most, outputs.most};
  if (outputs.most != 0) ::setrlimit(RLIMIT_FSIZE, &bytes);
  // A group of its own, so that what hangs can be ended whole.
  if (::setpgid(0, 0) == 0 && ::dup2(outputs.nowhere.get(), 0) >= 0 && ::dup2(outputs.out.get(), 1) >= 0 &&
      ::dup2(outputs.complaint.get(), 2) >= 0) {
    ::execve(words.front(), words.data(), environment.data());
  }
  ::_exit(127);
}

// Until the child ends, `limit` at most; then it is killed. Its wait status.
int wait_for(pid_t child, std::chrono::milliseconds limit, bool& timed_out) {
  const auto end = std::chrono::steady_clock::now() + limit;
  // Where the kernel has pidfd_open(2) nobody needs to look again and again.
  const Descriptor handle(static_cast<int>(::syscall(SYS_pidfd_open, child, 0)));
  int status = 0;
  while (::waitpid(child, &status, WNOHANG) == 0) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    if (left.count() <= 0) {
      timed_out = true;
      ::kill(-child, SIGKILL);
      ::kill(child, SIGKILL);
      while (::waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
      break;
    }
    struct pollfd wait = {handle.get(), POLLIN, 0};
    const struct timespec tick = {0, 1'000'000};
    if (handle.valid()) {
      ::poll(&wait, 1, static_cast<int>(std::min<std::int64_t>(left.count() + 1, 1000)));
    } else {
      ::nanosleep(&tick, nullptr);
    }
  }
  return status;
}

// Starts it and waits for its end. The wait status.
Result<int> run(const std::vector<std::string>& argv, const Outputs& outputs, std::chrono::milliseconds limit,
                bool& timed_out) {
  if (argv.empty() || !outputs.nowhere.valid() || !outputs.out.valid() || !outputs.complaint.valid()) {
    return fail(ErrorKind::target, argv.empty() ? "command" : argv.front(), std::strerror(errno));
  }
  if (::access(argv.front().c_str(), X_OK) != 0) {
    return fail(ErrorKind::target, argv.front(), std::strerror(errno));
  }
  std::vector<char*> words;
  words.reserve(argv.size() + 1);
  for (const std::string& word : argv) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  const pid_t child = ::fork();
  if (child < 0) return fail(ErrorKind::target, argv.front(), std::strerror(errno));
  if (child == 0) become(words, outputs);
  return wait_for(child, limit, timed_out);
}

int exit_status(int status) {
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace

Result<CommandAnswer> run_command(const std::vector<std::string>& argv, std::chrono::milliseconds limit) {
  const Descriptor nowhere(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  const Descriptor output(::memfd_create("reentry", MFD_CLOEXEC));
  CommandAnswer answer;
  TRY(const int status, run(argv, {nowhere, output, output}, limit, answer.timed_out));
  answer.status = exit_status(status);
  answer.said = text_of(output, kOutputKept);
  return answer;
}

Result<CommandOutputs> run_question(const std::vector<std::string>& argv, std::chrono::milliseconds limit,
                                    std::size_t most) {
  const Descriptor nowhere(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  const Descriptor out(::memfd_create("reentry", MFD_CLOEXEC));
  const Descriptor complaint(::memfd_create("reentry", MFD_CLOEXEC));
  CommandOutputs answer;
  TRY(const int status, run(argv, {nowhere, out, complaint, most}, limit, answer.timed_out));
  answer.too_much = WIFSIGNALED(status) && WTERMSIG(status) == SIGXFSZ;
  answer.status = exit_status(status);
  answer.out = text_of(out, most);
  answer.complaint = text_of(complaint, kOutputKept);
  return answer;
}

}  // namespace reentry
