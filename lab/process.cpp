#include "lab/process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "lab/posix.hpp"

namespace reentry::lab {
namespace {

constexpr size_t kOutputLimit = size_t{4} << 20;
constexpr size_t kInputLimit = size_t{64} << 10;  // what a pipe takes without a reader
constexpr int kTimeUp = 124;
constexpr int kNotFound = 127;

using Strings = std::vector<std::string>;

std::vector<char*> pointers(Strings& strings) {
  std::vector<char*> result;
  result.reserve(strings.size() + 1);
  for (auto& each : strings) result.push_back(each.data());
  result.push_back(nullptr);
  return result;
}

Strings environment_of(const Program& program, Inside inside) {
  Strings result;
  if (inside == Inside::all) {
    result = {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root",
              "LANG=C.UTF-8", "SHELL=/bin/sh"};
  } else {
    for (char** each = environ; each != nullptr && *each != nullptr; ++each) result.emplace_back(*each);
  }
  for (const auto& [name, value] : program.environment) {
    const auto prefix = name + "=";
    std::erase_if(result, [&](const std::string& each) { return each.starts_with(prefix); });
    result.push_back(prefix + value);
  }
  return result;
}

// Joins the namespaces of a host's first process. False: it is gone, or we are not root.
bool enter(Inside inside, pid_t init) {
  if (inside == Inside::nothing) return true;
  constexpr std::array<const char*, 5> kNames = {"net", "uts", "ipc", "pid", "mnt"};
  const size_t count = inside == Inside::network ? 1 : kNames.size();
  std::array<int, kNames.size()> files{};
  for (size_t i = 0; i < count; ++i) {
    files.at(i) = open(fmt::format("/proc/{}/ns/{}", init, kNames.at(i)).c_str(), O_RDONLY | O_CLOEXEC);
    if (files.at(i) < 0) return false;
  }
  return std::all_of(files.begin(), files.begin() + static_cast<ptrdiff_t>(count),
                     [](int file) { return setns(file, 0) == 0; });
}

struct Started {
  pid_t pid = -1;
  Fd in, out, err;
  Fd alive;  // at its end when the process of ours between us and the program is gone
};

[[noreturn]] void exec_program(std::vector<char*>& argv, std::vector<char*>& environment) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  setsid();
  for (const int signal_number : {SIGPIPE, SIGCHLD, SIGINT, SIGTERM, SIGHUP}) signal(signal_number, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  environ = environment.data();
  execvp(argv.front(), argv.data());
  const auto message = fmt::format("{}: {}\n", argv.front(), std::strerror(errno));
  write_all(STDERR_FILENO, message);
  _exit(kNotFound);
}

// The process between us and the program: it has joined the host, and a process can only be born into another
// pid namespace, so that it must fork once more. It ends as the program ends.
[[noreturn]] void be_parent(const Program& program, Inside inside, pid_t init, std::array<int, 3> stdio,
                            int alive) {
  auto argv_strings = program.argv;
  auto environment_strings = environment_of(program, inside);
  auto argv = pointers(argv_strings);
  auto environment = pointers(environment_strings);
  for (int i = 0; i < 3; ++i) {
    if (dup2(stdio.at(static_cast<size_t>(i)), i) < 0) _exit(kNotFound);
  }
  close_others_than(alive);
  signal(SIGCHLD, SIG_DFL);
  signal(SIGINT, SIG_IGN);
  if (!enter(inside, init)) {
    write_all(STDERR_FILENO, "the host is gone\n");
    _exit(kNotFound);
  }
  const pid_t child = fork();
  if (child == 0) exec_program(argv, environment);
  for (int i = 0; i < 3; ++i) close(i);
  int status = 0;
  while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  _exit(child < 0 ? kNotFound : WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status));
}

tl::unexpected<Error> no_process(const Program& program) {
  return fail(ErrorKind::internal, program.argv.front(), std::strerror(errno));
}

// Takes what is there; closes the descriptor at its end.
void take(Fd& from, std::string& into) {
  std::array<char, 16384> buffer{};
  const auto count = read(from.get(), buffer.data(), buffer.size());
  if (count > 0) {
    if (into.size() < kOutputLimit) into.append(buffer.data(), static_cast<size_t>(count));
  } else if (count == 0 || (errno != EINTR && errno != EAGAIN)) {
    from.reset();
  }
}

int milliseconds_until(std::chrono::steady_clock::time_point end) {
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
  return static_cast<int>(std::max<long long>(0, left.count()));
}

// Reads both outputs until the program has ended; what its orphans write afterwards is nobody's answer.
void gather(Started& started, std::chrono::milliseconds limit, Ran& ran) {
  const auto end = std::chrono::steady_clock::now() + limit;
  while (true) {
    std::array<pollfd, 3> files = {pollfd{started.out.get(), POLLIN, 0}, pollfd{started.err.get(), POLLIN, 0},
                                   pollfd{started.alive.get(), POLLIN, 0}};
    const int count = poll(files.data(), files.size(), milliseconds_until(end));
    if (count < 0 && errno == EINTR) continue;
    if (count == 0) {
      ran.timed_out = true;
      kill(started.pid, SIGKILL);
      return;
    }
    if (files[0].revents != 0) take(started.out, ran.out);
    if (files[1].revents != 0) take(started.err, ran.err);
    if (files[0].revents == 0 && files[1].revents == 0 && files[2].revents != 0) return;
  }
}

}  // namespace

Result<Ran> run_program(const Program& program, Inside inside, pid_t host_init) {
  auto in = make_pipe();
  auto out = make_pipe();
  auto err = make_pipe();
  auto alive = make_pipe();
  if (!in || !out || !err || !alive) return no_process(program);
  Started started;
  started.pid = fork();
  if (started.pid < 0) return no_process(program);
  if (started.pid == 0) {
    be_parent(program, inside, host_init, {in->read.get(), out->write.get(), err->write.get()},
              alive->write.get());
  }
  out->write.reset();
  err->write.reset();
  alive->write.reset();
  started.out = std::move(out->read);
  started.err = std::move(err->read);
  started.alive = std::move(alive->read);
  // While our own reading end is open, nobody gets SIGPIPE, and the pipe takes the whole input at once.
  write_all(in->write.get(), std::string_view(program.input).substr(0, kInputLimit));
  in->write.reset();
  in->read.reset();

  Ran ran;
  gather(started, program.limit, ran);
  const int status = wait_for(started.pid);
  ran.status = ran.timed_out ? kTimeUp : status;
  return ran;
}

Result<pid_t> start_program(const Program& program, pid_t host_init, const std::string& log) {
  const Fd nothing(open("/dev/null", O_RDONLY | O_CLOEXEC));
  const Fd output(open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  if (!nothing || !output) return fail(ErrorKind::internal, log, std::strerror(errno));
  const pid_t pid = fork();
  if (pid < 0) return no_process(program);
  if (pid == 0) be_parent(program, Inside::all, host_init, {nothing.get(), output.get(), output.get()}, -1);
  return pid;
}

void kill_everything(pid_t host_init) {
  const pid_t pid = fork();
  if (pid == 0) {
    close_others_than(-1);
    if (!enter(Inside::all, host_init)) _exit(1);
    const pid_t killer = fork();
    if (killer == 0) {
      kill(-1, SIGKILL);
      _exit(0);
    }
    _exit(wait_for(killer));
  }
  if (pid > 0) wait_for(pid);
}

}  // namespace reentry::lab
