#include "lab/keeper.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <vector>

#include "lab/inside.hpp"
#include "lab/posix.hpp"

namespace reentry::lab {
namespace {

volatile sig_atomic_t woken = 0;
volatile sig_atomic_t told_to_end = 0;

extern "C" void on_signal(int number) {
  if (number == SIGTERM) told_to_end = 1;
  woken = 1;
}

std::string because(std::string_view step) {
  return fmt::format("{}: {}", step, std::strerror(errno));
}

// One creation or cleaning at a time: a half-made host has no lock of its own yet and must not look like a
// leftover.
Fd lock_run_folder() {
  if (!make_folders(std::string(kRunFolder))) return {};
  Fd lock(open(fmt::format("{}/.lock", kRunFolder).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (lock && flock(lock.get(), LOCK_EX) != 0) return {};
  return lock;
}

void unmount_host(const std::string& folder) {
  umount2((folder + "/root").c_str(), MNT_DETACH | UMOUNT_NOFOLLOW);
  umount2(folder.c_str(), MNT_DETACH | UMOUNT_NOFOLLOW);
  rmdir(folder.c_str());
}

// The reason why it failed; empty: done.
std::string mount_host(const HostPlan& plan, Fd& keeper_file) {
  const auto at = [&](std::string_view name) { return fmt::format("{}/{}", plan.folder, name); };
  if (mount("reentry-lab", plan.folder.c_str(), "tmpfs", MS_NODEV, "mode=0755") != 0)
    return because("mounts (mount -t tmpfs) are not permitted here");
  keeper_file = Fd(open(at("keeper").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!keeper_file || flock(keeper_file.get(), LOCK_EX | LOCK_NB) != 0) return because("lock");
  write_all(keeper_file.get(), fmt::format("{}\n", getpid()));
  for (const auto* name : {"upper", "work", "root", "exchange"}) {
    if (mkdir(at(name).c_str(), 0755) != 0) return because(at(name));
  }
  const auto options = fmt::format("lowerdir={},upperdir={},workdir={}", plan.lower, at("upper"), at("work"));
  if (mount("overlay", at("root").c_str(), "overlay", 0, options.c_str()) != 0) {
    return because("overlayfs (mount -t overlay) is not permitted here");
  }
  return {};
}

struct FirstProcess {
  pid_t pid = -1;
  std::string failure;  // empty: it is up
};

FirstProcess start_first_process(const HostPlan& plan) {
  auto pipe = make_pipe();
  if (!pipe) return {-1, because("pipe")};
  constexpr unsigned long kFlags = CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWPID | CLONE_NEWUTS | CLONE_NEWIPC;
  const auto pid =
      static_cast<pid_t>(syscall(SYS_clone, kFlags | static_cast<unsigned long>(SIGCHLD), 0, 0, 0, 0));
  if (pid < 0) return {-1, because("namespaces (unshare) are not permitted here")};
  if (pid == 0) {
    close_others_than(pipe->write.get());
    be_first_process(plan, pipe->write.get());
  }
  pipe->write.reset();
  std::array<char, 256> answer{};
  ssize_t count = 0;
  while ((count = read(pipe->read.get(), answer.data(), answer.size())) < 0 && errno == EINTR) {
  }
  if (count >= 1 && answer[0] == kReady) return {pid, {}};
  auto failure =
      count > 1 ? std::string(answer.data() + 1, static_cast<size_t>(count) - 1) : "its first process died";
  return {pid, std::move(failure)};
}

void report(int control, char what, std::string_view text) {
  const auto message = fmt::format("{}{}", what, text);
  send(control, message.data(), message.size(), MSG_NOSIGNAL);
}

// Until the host has to end.
void wait_for_the_end(int control, pid_t first, const sigset_t& unblocked) {
  bool owned = true;
  while (told_to_end == 0) {
    std::array<pollfd, 1> files = {pollfd{owned ? control : -1, POLLIN, 0}};
    woken = 0;
    const int count = ppoll(files.data(), files.size(), nullptr, &unblocked);
    if (woken != 0 && waitpid(first, nullptr, WNOHANG) == first) return;
    if (count <= 0) continue;
    char byte = kEnd;
    const auto received = recv(control, &byte, 1, 0);
    if (received < 0 && errno == EINTR) continue;
    if (received <= 0 || byte != kKeep) return;
    owned = false;
  }
}

void become_independent(int control) {
  setsid();
  umask(022);
  const int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
  for (int fd = 0; nothing >= 0 && fd < 3; ++fd) dup2(nothing, fd);
  close_others_than(control);
  if (chdir("/") != 0) _exit(1);
}

}  // namespace

void be_keeper(const HostPlan& plan, int control) {
  become_independent(control);
  sigset_t blocked;
  sigset_t unblocked;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGTERM);
  sigaddset(&blocked, SIGCHLD);
  sigprocmask(SIG_BLOCK, &blocked, nullptr);
  sigemptyset(&unblocked);
  struct sigaction action {};
  action.sa_handler = on_signal;
  sigaction(SIGTERM, &action, nullptr);
  sigaction(SIGCHLD, &action, nullptr);
  signal(SIGINT, SIG_IGN);
  signal(SIGHUP, SIG_IGN);

  Fd keeper_file;
  auto lock = lock_run_folder();
  // A folder that is there already belongs to another host.
  const bool ours = lock && mkdir(plan.folder.c_str(), 0755) == 0;
  auto failure =
      ours ? mount_host(plan, keeper_file) : because(lock ? std::string_view(plan.folder) : kRunFolder);
  lock.reset();
  FirstProcess first;
  if (failure.empty()) {
    first = start_first_process(plan);
    failure = first.failure;
  }
  if (failure.empty()) {
    report(control, kReady, fmt::format("{}", first.pid));
    wait_for_the_end(control, first.pid, unblocked);
  } else {
    report(control, kFailed, failure);
  }
  if (first.pid > 0) {
    kill(first.pid, SIGKILL);
    waitpid(first.pid, nullptr, 0);
  }
  if (ours) unmount_host(plan.folder);
  _exit(0);
}

void clean_up_leftovers() {
  const auto lock = lock_run_folder();
  if (!lock) return;
  DIR* const folder = opendir(std::string(kRunFolder).c_str());
  if (folder == nullptr) return;
  std::vector<std::string> hosts;
  while (const dirent* const entry = readdir(folder)) {
    if (entry->d_name[0] != '.') hosts.push_back(fmt::format("{}/{}", kRunFolder, entry->d_name));
  }
  closedir(folder);
  for (const auto& host : hosts) {
    const Fd keeper(open((host + "/keeper").c_str(), O_RDWR | O_CLOEXEC));
    if (!keeper || flock(keeper.get(), LOCK_EX | LOCK_NB) == 0) unmount_host(host);
  }
}

}  // namespace reentry::lab
