// What a program of a hostile root might try. Static and without the sanitizers, so that it runs in any root.
// Each attempt prints one line `NAME: STATUS`, where STATUS is `no` and why, or `YES` where it got through.
#include <fcntl.h>
#include <linux/bpf.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

void say(const char* name, bool got_through) {
  if (got_through) {
    std::printf("%s: YES\n", name);
  } else {
    std::printf("%s: no, %s\n", name, std::strerror(errno));
  }
}

// A new process says so itself; the old one goes on.
bool forks(long (*how)()) {
  const long pid = how();
  if (pid == 0) _exit(0);
  return pid > 0;
}

bool writes(const char* path) {
  const int fd = open(path, O_WRONLY | O_CREAT, 0600);
  return fd >= 0 && write(fd, "x", 1) == 1;
}

bool mounts_proc() {
  return mount("proc", "/proc", "proc", 0, nullptr) == 0;
}

bool opens_by_handle() {
  // The handle of an ext4 root directory: inode 2, generation 0.
  struct {
    file_handle head;
    unsigned words[2];
  } handle{};
  handle.head.handle_bytes = 8;
  handle.head.handle_type = 1;
  handle.words[0] = 2;
  const int at = open("/etc", O_RDONLY | O_DIRECTORY);
  return syscall(SYS_open_by_handle_at, at, &handle, O_RDONLY) >= 0;
}

bool leaves_by_dots() {
  return chroot("/etc") == 0 && chdir("../../../../..") == 0;
}

// The root above which there is nothing: `..` of `/` is `/`.
bool sees_above() {
  struct stat here {};
  struct stat above {};
  return stat("/", &here) != 0 || stat("/..", &above) != 0 || here.st_ino != above.st_ino ||
         here.st_dev != above.st_dev;
}

void tries_everything() {
  say("fork", forks([] { return static_cast<long>(fork()); }));
  say("clone", forks([] { return syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0); }));
  say("clone3", syscall(435, nullptr, 0) >= 0);
  say("write /etc", writes("/etc/reentry-was-here"));
  say("write /", writes("/reentry-was-here"));
  say("write /run", writes("/run/reentry-was-here"));
  say("write /dev", writes("/dev/reentry-was-here"));
  say("write passwd", writes("/etc/passwd"));
  say("chmod", chmod("/etc", 0777) == 0);
  say("unlink", unlink("/etc/passwd") == 0);
  say("mknod", mknod("/run/disk", S_IFBLK | 0600, makedev(8, 0)) == 0);
  say("mount", mounts_proc());
  say("remount", mount(nullptr, "/", nullptr, MS_REMOUNT | MS_BIND, nullptr) == 0);
  say("umount", umount2("/etc", MNT_DETACH) == 0);
  say("chroot", leaves_by_dots());
  say("above", sees_above());
  say("handle", opens_by_handle());
  say("unix socket", socket(AF_UNIX, SOCK_STREAM, 0) >= 0);
  say("inet socket", socket(AF_INET, SOCK_STREAM, 0) >= 0);
  say("vsock", socket(AF_VSOCK, SOCK_STREAM, 0) >= 0);
  say("io_uring", syscall(425, 1, nullptr) >= 0);
  say("unshare", unshare(CLONE_NEWUSER) == 0);
  say("ptrace", ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) == 0);
  say("bpf", syscall(SYS_bpf, BPF_MAP_CREATE, nullptr, 0) >= 0);
  say("keyring", syscall(SYS_keyctl, 0, -3, 0) >= 0);
  say("kill parent", getppid() != 0 && kill(getppid(), 0) == 0);
  say("outlive us", prctl(PR_SET_PDEATHSIG, 0) == 0);
  say("our proc", access("/proc/self", F_OK) == 0);
  say("setuid", setuid(1) == 0);
}

}  // namespace

int main(int argc, char** argv) {
  const std::string what = argc > 1 ? argv[1] : "";
  if (what == "try") {
    tries_everything();
  } else if (what == "sleep") {
    close(1);
    close(2);
    while (true) pause();
  } else if (what == "print") {
    while (true) std::puts("all work and no play");
  } else if (what == "spin") {
    while (true) asm volatile("");
  } else if (what == "kill") {
    kill(-1, SIGKILL);
    std::puts("still here");
  } else if (what == "memory") {
    for (std::size_t got = 0; got < 4096; ++got) {
      char* block = static_cast<char*>(std::malloc(1U << 20U));
      if (block == nullptr) {
        std::printf("%zu MiB\n", got);
        std::fflush(stdout);
        return 3;
      }
      std::memset(block, 1, 1U << 20U);
    }
  } else if (what == "crash") {
    std::abort();
  } else if (what == "read") {
    for (int i = 2; i < argc; ++i) {
      char text[256] = {};
      const int fd = open(argv[i], O_RDONLY);
      const ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
      struct stat raw {};
      stat(argv[i], &raw);
      std::printf("%s: %s %04o %u\n", argv[i], n < 0 ? std::strerror(errno) : text,
                  static_cast<unsigned>(raw.st_mode & 07777U), raw.st_uid);
    }
  }
  std::fflush(stdout);
  return 0;
}
