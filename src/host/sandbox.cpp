#include "host/sandbox.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "host/descriptor.hpp"
#include "host/host_writer.hpp"
#include "host/sandbox_inside.hpp"

namespace reentry {
namespace {

using Clock = std::chrono::steady_clock;

struct Ends {
  Descriptor read;
  Descriptor write;
};

std::optional<Ends> make_ends() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return std::nullopt;
  return Ends{Descriptor(ends[0]), Descriptor(ends[1])};
}

// Standard input from nowhere, both outputs into `output`; everything else closes when the program starts.
SandboxFault set_descriptors(int output) {
  const int nowhere = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (nowhere < 0) return {"open /dev/null", errno};
  if (::dup2(nowhere, 0) < 0 || ::dup2(output, 1) < 0 || ::dup2(output, 2) < 0) return {"dup2", errno};
  constexpr unsigned kCloseOnExec = 4;  // CLOSE_RANGE_CLOEXEC, linux/close_range.h
  if (::syscall(SYS_close_range, 3U, ~0U, kCloseOnExec) == 0) return {};
  const long most = std::max(::sysconf(_SC_OPEN_MAX), 1024L);
  for (int fd = 3; fd < std::min(most, 65536L); ++fd) static_cast<void>(::fcntl(fd, F_SETFD, FD_CLOEXEC));
  return {};
}

void reset_signals() {
  for (int number = 1; number < NSIG; ++number) static_cast<void>(::signal(number, SIG_DFL));
  sigset_t none;
  sigemptyset(&none);
  static_cast<void>(::sigprocmask(SIG_SETMASK, &none, nullptr));
}

// True when nobody reads `output` any more: our parent died before it could be told to take us along.
bool orphaned(int output) {
  struct pollfd one = {output, 0, 0};
  return ::poll(&one, 1, 0) == 1 && (one.revents & POLLERR) != 0;
}

SandboxFault prepare_inside(const SandboxRun& run, int output) {
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return {"prctl", errno};
  if (orphaned(output)) return {"parent", ESRCH};
  if (::setsid() < 0) return {"setsid", errno};
  ::umask(022);
  for (const auto& step : {build_sandbox_root, make_pretences}) {
    if (const SandboxFault fault = step(run); fault.step != nullptr) return fault;
  }
  if (const SandboxFault fault = set_descriptors(output); fault.step != nullptr) return fault;
  if (const SandboxFault fault = seal_sandbox_root(); fault.step != nullptr) return fault;
  reset_signals();
  return {};
}

// The whole life of the child. What goes wrong is written to `answer` as errno and the step's name.
[[noreturn]] void be_inside(const SandboxRun& run, int output, int answer) {
  std::vector<char*> arguments;
  for (const std::string& word : run.arguments) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  std::array<char, 40> path{"PATH=/usr/sbin:/usr/bin:/sbin:/bin"};
  std::array<char, 10> locale{"LC_ALL=C"};
  const std::array<char*, 3> environment = {path.data(), locale.data(), nullptr};
  const std::vector<sock_filter> filter = make_sandbox_filter();
  SandboxFault fault = prepare_inside(run, output);
  if (fault.step == nullptr) fault = give_up_everything(filter);
  if (fault.step == nullptr) {
    ::execve(run.program.c_str(), arguments.data(), environment.data());
    fault = {"execve", errno};
  }
  std::array<char, 64> words{};
  std::memcpy(words.data(), &fault.error, sizeof fault.error);
  const std::size_t length = std::min(std::strlen(fault.step), words.size() - sizeof fault.error);
  std::memcpy(words.data() + sizeof fault.error, fault.step, length);
  static_cast<void>(!::write(answer, words.data(), sizeof fault.error + length));
  ::_exit(127);
}

Text why_not(std::string_view step, int error) {
  const std::string why = std::strerror(error);  // NOLINT(concurrency-mt-unsafe): one thread
  if (step == "execve") return say("it could not be started ({})", "起動できませんでした({})", why);
  return say("no sandbox could be made for it here ({}: {})", "この環境では隔離環境を用意できません({}: {})",
             step, why);
}

// What the child wrote before it gave up, if it did.
std::optional<Text> fault_in(const Descriptor& answer) {
  std::array<char, 64> words{};
  ssize_t n = 0;
  do {
    n = ::read(answer.get(), words.data(), words.size());
  } while (n < 0 && errno == EINTR);
  int error = 0;
  if (n < static_cast<ssize_t>(sizeof error)) return std::nullopt;
  std::memcpy(&error, words.data(), sizeof error);
  return why_not(std::string_view(words.data() + sizeof error, static_cast<std::size_t>(n) - sizeof error),
                 error);
}

int milliseconds_until(Clock::time_point end) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, 60000));
}

// Gathers the output until the program closes it, the time is up or it is too much.
SandboxAnswer::End gather(const Descriptor& output, const SandboxRun& run, Clock::time_point end,
                          std::string& said) {
  std::array<char, 4096> chunk{};
  while (true) {
    struct pollfd one = {output.get(), POLLIN, 0};
    const int ready = ::poll(&one, 1, milliseconds_until(end));
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return SandboxAnswer::End::too_long;
    const ssize_t n = ::read(output.get(), chunk.data(), chunk.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return SandboxAnswer::End::exited;
    said.append(chunk.data(), static_cast<std::size_t>(n));
    if (said.size() > run.output_limit) {
      said.resize(run.output_limit);
      return SandboxAnswer::End::too_much;
    }
    if (Clock::now() >= end) return SandboxAnswer::End::too_long;
  }
}

// Waits for the end of the program, which may have closed its output long before.
bool ended(pid_t child, Clock::time_point end, int& status) {
  while (true) {
    const pid_t gone = ::waitpid(child, &status, WNOHANG);
    if (gone == child) return true;
    if (gone < 0 && errno != EINTR) return true;
    if (Clock::now() >= end) return false;
    const struct timespec tick = {0, 500'000};
    ::nanosleep(&tick, nullptr);
  }
}

SandboxAnswer follow(pid_t child, const Descriptor& output, const Descriptor& answer, const SandboxRun& run) {
  const Clock::time_point end = Clock::now() + run.limit;
  SandboxAnswer out;
  int status = 0;
  out.end = gather(output, run, end, out.said);
  const bool over = out.end == SandboxAnswer::End::exited && ended(child, end, status);
  if (!over) {
    if (out.end == SandboxAnswer::End::exited) out.end = SandboxAnswer::End::too_long;
    // Its process 1: everything in its namespaces goes with it.
    ::kill(child, SIGKILL);
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
    return out;
  }
  if (auto fault = fault_in(answer)) {
    out.end = SandboxAnswer::End::not_run;
    out.why_not = std::move(*fault);
    return out;
  }
  if (WIFSIGNALED(status)) out.end = SandboxAnswer::End::killed;
  out.status = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
  return out;
}

SandboxAnswer not_run(Text why) {
  SandboxAnswer out;
  out.why_not = std::move(why);
  return out;
}

}  // namespace

SandboxAnswer run_in_sandbox(const SandboxRun& run) {
  if (::geteuid() != 0) return not_run(say("root is needed for that", "root 権限が必要です"));
  if (!has_sandbox_filter()) {
    return not_run(say("reentry has no filter of system calls for this architecture",
                       "このアーキテクチャ用のシステムコールフィルターがありません"));
  }
  std::optional<Ends> output = make_ends();
  std::optional<Ends> answer = make_ends();
  if (!output || !answer) return not_run(why_not("pipe", errno));
  constexpr unsigned long kFlags = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS;
  const auto child =
      static_cast<pid_t>(::syscall(SYS_clone, kFlags | static_cast<unsigned long>(SIGCHLD), 0, 0, 0, 0));
  if (child < 0) return not_run(why_not("namespaces", errno));
  if (child == 0) be_inside(run, output->write.get(), answer->write.get());
  output->write = Descriptor();
  answer->write = Descriptor();
  return follow(child, output->read, answer->read, run);
}

}  // namespace reentry
