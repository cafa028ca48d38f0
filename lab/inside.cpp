#include "lab/inside.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/capability.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>

#include "lab/posix.hpp"

namespace reentry::lab {
namespace {

struct Device {
  const char* path;
  unsigned major;
  unsigned minor;
};
constexpr Device kDevices[] = {{"dev/null", 1, 3},   {"dev/zero", 1, 5},    {"dev/full", 1, 7},
                               {"dev/random", 1, 8}, {"dev/urandom", 1, 9}, {"dev/tty", 5, 0}};

bool make_devices() {
  if (mount("devtmpfs", "dev", "tmpfs", MS_NOSUID, "mode=0755") != 0) return false;
  for (const auto& device : kDevices) {
    if (mknod(device.path, S_IFCHR | 0666, makedev(device.major, device.minor)) != 0) return false;
    if (chmod(device.path, 0666) != 0) return false;
  }
  if (mkdir("dev/pts", 0755) != 0 || mkdir("dev/shm", 01777) != 0) return false;
  constexpr auto* kPtsOptions = "newinstance,ptmxmode=0666,mode=0620,gid=5";
  if (mount("devpts", "dev/pts", "devpts", MS_NOSUID | MS_NOEXEC, kPtsOptions) != 0) return false;
  return symlink("pts/ptmx", "dev/ptmx") == 0 && symlink("/proc/self/fd", "dev/fd") == 0 &&
         symlink("/proc/self/fd/0", "dev/stdin") == 0 && symlink("/proc/self/fd/1", "dev/stdout") == 0 &&
         symlink("/proc/self/fd/2", "dev/stderr") == 0;
}

bool give_address(int socket_fd, const std::string& label, const std::string& address) {
  ifreq request{};
  label.copy(request.ifr_name, IFNAMSIZ - 1);
  sockaddr_in value{};
  value.sin_family = AF_INET;
  if (inet_pton(AF_INET, address.c_str(), &value.sin_addr) != 1) return false;
  std::memcpy(&request.ifr_addr, &value, sizeof value);
  if (ioctl(socket_fd, SIOCSIFADDR, &request) != 0) return false;
  inet_pton(AF_INET, "255.255.255.255", &value.sin_addr);
  std::memcpy(&request.ifr_netmask, &value, sizeof value);
  return ioctl(socket_fd, SIOCSIFNETMASK, &request) == 0;
}

bool bring_up_network(std::string_view addresses) {
  const Fd control(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ifreq request{};
  std::memcpy(request.ifr_name, "lo", 3);
  if (ioctl(control.get(), SIOCGIFFLAGS, &request) != 0) return false;
  request.ifr_flags = static_cast<short>(request.ifr_flags | IFF_UP | IFF_RUNNING);
  if (ioctl(control.get(), SIOCSIFFLAGS, &request) != 0) return false;
  for (int number = 1; !addresses.empty(); ++number) {
    const auto blank = addresses.find(' ');
    if (!give_address(control.get(), fmt::format("lo:{}", number), std::string(addresses.substr(0, blank)))) {
      return false;
    }
    addresses = blank == std::string_view::npos ? std::string_view{} : addresses.substr(blank + 1);
  }
  return true;
}

bool bind_read_only(const char* path, unsigned long read_only = MS_RDONLY) {
  constexpr unsigned long kFlags = MS_NOSUID | MS_NODEV | MS_NOEXEC;
  return mount(path, path, nullptr, MS_BIND, nullptr) == 0 &&
         mount(nullptr, path, nullptr, MS_REMOUNT | MS_BIND | kFlags | read_only, nullptr) == 0;
}

// What systemd wants of a container beside that, and what it must not reach: this machine's own settings
// (/proc/sys but for the network, which is the host's own). As build().
const char* build_for_systemd(const BootNeeds& needs) {
  if (mknod("dev/console", S_IFREG | 0600, 0) != 0) return "dev/console";
  if (mount(needs.console.c_str(), "dev/console", nullptr, MS_BIND, nullptr) != 0) return "dev/console";
  const Fd members(open((needs.group + "/cgroup.procs").c_str(), O_WRONLY | O_CLOEXEC));
  if (!members || write(members.get(), "0", 1) != 1) return "control group";
  if (unshare(CLONE_NEWCGROUP) != 0) return "control group";
  constexpr unsigned long kFlags = MS_NOSUID | MS_NODEV | MS_NOEXEC;
  if (mount("sysfs", "sys", "sysfs", kFlags | MS_RDONLY, nullptr) != 0) return "sys";
  if (mount("cgroup2", "sys/fs/cgroup", "cgroup2", kFlags, nullptr) != 0) return "sys/fs/cgroup";
  if (!bind_read_only("proc/sys") || !bind_read_only("proc/sys/net", 0)) return "proc/sys";
  // Not every kernel has it.
  return bind_read_only("proc/sysrq-trigger") || errno == ENOENT ? nullptr : "proc/sysrq-trigger";
}

// The name of the step that failed, errno set; null: all done. The working directory is the host's root.
const char* build(const HostPlan& plan, const BootNeeds& needs) {
  const auto root = plan.folder + "/root";
  if (mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return "private mounts";
  if (chdir(root.c_str()) != 0) return "root";
  if (!make_devices()) return "dev";
  if (mount("proc", "proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr) != 0) return "proc";
  if (mount("tmpfs", "run", "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755") != 0) return "run";
  if (mkdir("run/lock", 01777) != 0) return "run/lock";
  if (mount((plan.folder + "/exchange").c_str(), "mnt", nullptr, MS_BIND, nullptr) != 0) return "mnt";
  if (sethostname(plan.name.data(), plan.name.size()) != 0) return "hostname";
  if (plan.bed == Bed::disk && !bring_up_network(plan.addresses)) return "network";
  if (plan.bed == Bed::systemd) {
    if (const auto* const step = build_for_systemd(needs); step != nullptr) return step;
  }
  // pivot_root(2): "." twice stacks the old root over the new one, from where it is taken off.
  if (syscall(SYS_pivot_root, ".", ".") != 0) return "pivot_root";
  if (umount2(".", MNT_DETACH) != 0) return "old root";
  if (chdir("/") != 0) return "root";
  return nullptr;
}

// Becomes the host's systemd. It may do what root may but for what reaches beyond the host: modules, the
// clock, ports, this machine's log.
[[noreturn]] void be_systemd(const HostPlan& plan) {
  for (const auto capability : {CAP_SYS_MODULE, CAP_SYS_TIME, CAP_SYS_RAWIO, CAP_SYSLOG, CAP_AUDIT_READ}) {
    prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
  }
  struct sigaction action {};
  action.sa_handler = SIG_DFL;
  sigaction(SIGCHLD, &action, nullptr);
  setsid();
  // The controlling terminal is for those who will ask for it.
  const Fd console(open("/dev/console", O_RDWR | O_NOCTTY | O_CLOEXEC));
  for (int fd = 0; fd < 3; ++fd) dup2(console.get(), fd);
  // systemd(1), "container interface": `container` names the manager.
  std::array<std::string, 3> words = {"/sbin/init", "container=reentry-lab",
                                      "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"};
  std::array<char*, 2> argv = {words[0].data(), nullptr};
  std::array<char*, 3> environment = {words[1].data(), words[2].data(), nullptr};
  execve(argv[0], argv.data(), environment.data());
  write_all(STDERR_FILENO, fmt::format("{}: /sbin/init: {}\n", plan.name, std::strerror(errno)));
  _exit(1);
}

}  // namespace

void be_first_process(const HostPlan& plan, const BootNeeds& needs, int line) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  // The real sshd's sessions end here when their parents are gone; nobody asks for their status.
  struct sigaction action {};
  action.sa_handler = SIG_IGN;
  action.sa_flags = SA_NOCLDWAIT;
  sigaction(SIGCHLD, &action, nullptr);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  umask(0);
  if (const auto* const step = build(plan, needs); step != nullptr) {
    write_all(line, fmt::format("{}{}: {}", kFailed, step, std::strerror(errno)));
    _exit(1);
  }
  umask(022);
  write_all(line, std::string(1, kReady));
  char byte = 0;
  ssize_t count = 0;
  while ((count = read(line, &byte, 1)) < 0 && errno == EINTR) {
  }
  if (count != 1) _exit(1);
  close(line);
  if (plan.bed == Bed::systemd) be_systemd(plan);
  while (true) pause();
}

}  // namespace reentry::lab
