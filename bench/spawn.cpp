// Two commands in turn, A B A B ..., each run by posix_spawn and reaped by wait4, so that what disturbs the
// machine disturbs both. Prints one line a run: A|B, wall microseconds, processor microseconds, peak resident
// KiB, exit status.
// Usage: spawn PAIRS ROOT_OF_B A... -- B...     B runs below ROOT_OF_B (chroot; needs root unless it is /)
#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

extern char** environ;

namespace {

struct Sample {
  long wall = 0;  // microseconds
  long processor = 0;
  long resident = 0;  // KiB
  int status = -1;
};

long microseconds(const timeval& time) {
  return time.tv_sec * 1'000'000L + time.tv_usec;
}

Sample run(char** argv) {
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_adddup2(&files, 1, 2);
  const auto begun = std::chrono::steady_clock::now();
  pid_t child = -1;
  Sample sample;
  if (posix_spawn(&child, argv[0], &files, nullptr, argv, environ) != 0) return sample;
  int status = 0;
  rusage usage{};
  wait4(child, &status, 0, &usage);
  sample.wall =
      std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - begun).count();
  sample.processor = microseconds(usage.ru_utime) + microseconds(usage.ru_stime);
  sample.resident = usage.ru_maxrss;
  sample.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
  posix_spawn_file_actions_destroy(&files);
  return sample;
}

void show(char name, const Sample& sample) {
  std::printf("%c %ld %ld %ld %d\n", name, sample.wall, sample.processor, sample.resident, sample.status);
}

// A process of its own stands below the other root, once for all runs, and runs B whenever it is asked.
[[noreturn]] void serve(int socket, const char* root, char** argv) {
  if (chroot(root) != 0 || chdir("/") != 0) _exit(1);
  char asked = 0;
  while (read(socket, &asked, 1) == 1) {
    const Sample sample = run(argv);
    if (write(socket, &sample, sizeof sample) != sizeof sample) break;
  }
  _exit(0);
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<char*> a;
  std::vector<char*> b;
  bool second = false;
  for (int i = 3; i < argc; ++i) {
    if (!second && argv[i][0] == '-' && argv[i][1] == '-' && argv[i][2] == '\0')
      second = true;
    else
      (second ? b : a).push_back(argv[i]);
  }
  if (a.empty() || b.empty()) {
    std::fputs("usage: spawn PAIRS ROOT_OF_B A... -- B...\n", stderr);
    return 2;
  }
  a.push_back(nullptr);
  b.push_back(nullptr);
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return 1;
  const pid_t server = fork();
  if (server == 0) {
    close(ends[0]);
    serve(ends[1], argv[2], b.data());
  }
  close(ends[1]);
  for (long pair = std::atol(argv[1]); pair > 0; --pair) {
    show('A', run(a.data()));
    Sample sample;
    if (write(ends[0], "b", 1) != 1 || read(ends[0], &sample, sizeof sample) != sizeof sample) return 1;
    show('B', sample);
  }
  return 0;
}
