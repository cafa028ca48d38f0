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
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "lab/cgroup.hpp"
#include "lab/console.hpp"
#include "lab/inside.hpp"
#include "lab/posix.hpp"
#include "lab/wire.hpp"

namespace reentry::lab {
namespace {

volatile sig_atomic_t told_to_end = 0;

// Also there to end ppoll(2) where it waits.
extern "C" void on_signal(int number) {
  if (number == SIGTERM) told_to_end = 1;
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
  remove_control_group(folder);
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
  Console console;      // of a host with systemd
};

pid_t be_born(const HostPlan& plan, const BootNeeds& needs, Fd& ours) {
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) return -1;
  ours = Fd(ends[0]);
  const Fd its(ends[1]);
  constexpr unsigned long kFlags = CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWPID | CLONE_NEWUTS | CLONE_NEWIPC;
  const auto pid =
      static_cast<pid_t>(syscall(SYS_clone, kFlags | static_cast<unsigned long>(SIGCHLD), 0, 0, 0, 0));
  if (pid != 0) return pid;
  close_others_than(its.get());
  be_first_process(plan, needs, its.get());
}

FirstProcess start_first_process(const HostPlan& plan) {
  FirstProcess first;
  BootNeeds needs;
  if (plan.bed == Bed::systemd) {
    needs.group = make_control_group(plan.folder);
    first.failure = because("control groups (mount -t cgroup2) are not permitted here");
    if (needs.group.empty()) return first;
    first.console = open_console();
    needs.console = first.console.path;
    first.failure = because("a terminal (/dev/ptmx)");
    if (needs.console.empty()) return first;
    first.failure.clear();
  }
  Fd line;
  first.pid = be_born(plan, needs, line);
  if (first.pid < 0) {
    first.failure = because("namespaces (unshare) are not permitted here");
    return first;
  }
  std::array<char, 256> answer{};
  ssize_t count = 0;
  while ((count = recv(line.get(), answer.data(), answer.size(), 0)) < 0 && errno == EINTR) {
  }
  if (count < 1 || answer[0] != kReady) {
    first.failure =
        count > 1 ? std::string(answer.data() + 1, static_cast<size_t>(count) - 1) : "its first process died";
    return first;
  }
  if (plan.bed != Bed::disk) first.failure = lay_wire(first.pid);
  if (first.failure.empty()) send(line.get(), &kReady, 1, MSG_NOSIGNAL);
  return first;
}

void report(int control, char what, std::string_view text) {
  const auto message = fmt::format("{}{}", what, text);
  send(control, message.data(), message.size(), MSG_NOSIGNAL);
}

// Until the host has to end. True: its first process asked for a restart.
bool wait_for_the_end(const HostPlan& plan, int control, FirstProcess& first, const sigset_t& unblocked,
                      bool& owned) {
  while (told_to_end == 0) {
    std::array<pollfd, 2> files = {pollfd{owned ? control : -1, POLLIN, 0},
                                   pollfd{first.console.ours.get(), POLLIN, 0}};
    const int count = ppoll(files.data(), files.size(), nullptr, &unblocked);
    int status = 0;
    // ppoll(2) takes no signal while a file is ready, and a console whose other end is gone always is.
    if (waitpid(first.pid, &status, WNOHANG) == first.pid) {
      first.pid = -1;
      // reboot(2): RB_AUTOBOOT in a pid namespace ends its first process as SIGHUP would.
      return WIFSIGNALED(status) && WTERMSIG(status) == SIGHUP;
    }
    if (count > 0 && files[1].revents != 0) drain(first.console, plan.folder + "/console.log");
    if (count <= 0 || files[0].revents == 0) continue;
    char byte = kEnd;
    const auto received = recv(control, &byte, 1, 0);
    if (received < 0 && errno == EINTR) continue;
    if (received <= 0 || byte != kKeep) return false;
    owned = false;
  }
  return false;
}

// The whole life of a host that came up.
void keep_running(const HostPlan& plan, int control, FirstProcess& first, const sigset_t& unblocked) {
  bool owned = true;
  while (wait_for_the_end(plan, control, first, unblocked, owned) && plan.bed == Bed::systemd) {
    first = start_first_process(plan);
    if (!first.failure.empty()) return;
    const auto file = plan.folder + "/init";
    // Whole or not at all: others read it meanwhile.
    if (write_whole(file + ".new", fmt::format("{}\n", first.pid), 0600)) {
      std::rename((file + ".new").c_str(), file.c_str());
    }
  }
}

// A machine has few watches to give by default (128), and each systemd takes several.
void allow_many_watches() {
  constexpr auto* kFile = "/proc/sys/fs/inotify/max_user_instances";
  constexpr int kEnough = 1024;
  if (std::atoi(read_whole(kFile).value_or("0").c_str()) >= kEnough) return;
  const Fd file(open(kFile, O_WRONLY | O_CLOEXEC));
  if (file) write_all(file.get(), fmt::format("{}\n", kEnough));
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
  if (plan.bed == Bed::systemd) allow_many_watches();
  if (failure.empty() && plan.bed != Bed::disk && unshare(CLONE_NEWNET) != 0) {
    failure = because("namespaces (unshare) are not permitted here");
  }
  if (failure.empty()) {
    first = start_first_process(plan);
    failure = first.failure;
  }
  if (failure.empty()) {
    report(control, kReady, fmt::format("{}", first.pid));
    keep_running(plan, control, first, unblocked);
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
