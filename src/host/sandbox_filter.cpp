// What a sandboxed program may still do: read, compute and print.
#include <grp.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "host/sandbox_inside.hpp"

namespace reentry {
namespace {

#if defined(__x86_64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_X86_64;
constexpr std::uint32_t kForeignCalls = 0x40000000U;  // x32
#elif defined(__aarch64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_AARCH64;
constexpr std::uint32_t kForeignCalls = 0;
#else
constexpr std::uint32_t kArchitecture = 0;
constexpr std::uint32_t kForeignCalls = 0;
#endif

constexpr std::uint32_t kClone3 = 435;
// Calls of the common table (424 and up are the same on every architecture); the headers of an older build
// machine may lack their names.
constexpr std::array<std::uint32_t, 20> kCommonTable = {
    424,                           // pidfd_send_signal
    425, 426, 427,                 // io_uring: does what the filter forbids, behind its back
    428, 429, 430, 431, 432, 433,  // open_tree, move_mount, fsopen, fsconfig, fsmount, fspick
    434, 438,                      // pidfd_open, pidfd_getfd
    440,                           // process_madvise
    442, 443,                      // mount_setattr, quotactl_fd
    447,                           // memfd_secret
    448,                           // process_mrelease
    457, 458,                      // statmount, listmount
    467,                           // open_tree_attr
};

// open_by_handle_at above all: with CAP_DAC_READ_SEARCH it opens any file of a file system of which a part
// is shown.
constexpr std::uint32_t kForbidden[] = {
#ifdef SYS_fork
    SYS_fork,
    SYS_vfork,
#endif
    SYS_clone,
    SYS_open_by_handle_at,
    SYS_name_to_handle_at,
    // talking to anybody
    SYS_socket,
    SYS_socketpair,
    SYS_connect,
    SYS_bind,
    SYS_mq_open,
    SYS_shmget,
    SYS_msgget,
    SYS_semget,
    SYS_memfd_create,
    // mounts and namespaces
    SYS_mount,
    SYS_umount2,
    SYS_pivot_root,
    SYS_chroot,
    SYS_unshare,
    SYS_setns,
    SYS_swapon,
    SYS_swapoff,
    SYS_quotactl,
    SYS_acct,
    // other processes and the kernel
    SYS_ptrace,
    SYS_process_vm_readv,
    SYS_process_vm_writev,
    SYS_kcmp,
    SYS_bpf,
    SYS_perf_event_open,
    SYS_userfaultfd,
    SYS_add_key,
    SYS_request_key,
    SYS_keyctl,
    SYS_init_module,
    SYS_finit_module,
    SYS_delete_module,
    SYS_kexec_load,
    SYS_reboot,
    SYS_syslog,
    SYS_vhangup,
    SYS_fanotify_init,
    SYS_personality,
    SYS_settimeofday,
    SYS_clock_settime,
    SYS_adjtimex,
    SYS_clock_adjtime,
    SYS_sethostname,
    SYS_setdomainname,
    SYS_setpriority,
    SYS_ioprio_set,
    SYS_sched_setscheduler,
    SYS_sched_setattr,
#ifdef SYS_iopl
    SYS_iopl,
    SYS_ioperm,
    SYS_modify_ldt,
#endif
};

void add(std::vector<sock_filter>& filter, unsigned code, std::uint32_t k, unsigned yes = 0,
         unsigned no = 0) {
  filter.push_back(
      {static_cast<std::uint16_t>(code), static_cast<std::uint8_t>(yes), static_cast<std::uint8_t>(no), k});
}

// If the value at hand is `value`, the call ends with `error`.
void refuse(std::vector<sock_filter>& filter, std::uint32_t value, int error) {
  add(filter, BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1);
  add(filter, BPF_RET | BPF_K, SECCOMP_RET_ERRNO | static_cast<std::uint32_t>(error));
}

SandboxFault limit_resources() {
  struct Limit {
    __rlimit_resource_t what;
    rlim_t most;
  };
  constexpr rlim_t kMegabyte = rlim_t{1} << 20U;
  const std::array<Limit, 10> limits = {{{RLIMIT_CPU, 5},
                                         {RLIMIT_AS, 512 * kMegabyte},
                                         {RLIMIT_STACK, 8 * kMegabyte},
                                         {RLIMIT_FSIZE, 0},
                                         {RLIMIT_CORE, 0},
                                         {RLIMIT_NOFILE, 256},
                                         {RLIMIT_MEMLOCK, 0},
                                         {RLIMIT_MSGQUEUE, 0},
                                         {RLIMIT_SIGPENDING, 64},
                                         {RLIMIT_NPROC, 1}}};
  for (const Limit& limit : limits) {
    struct rlimit now {};
    if (::getrlimit(limit.what, &now) != 0) return {"getrlimit", errno};
    const rlim_t most = now.rlim_max < limit.most ? now.rlim_max : limit.most;
    const struct rlimit wanted = {most, most};
    if (::setrlimit(limit.what, &wanted) != 0) return {"setrlimit", errno};
  }
  return {};
}

// User 0 gets at an execve what the bounding set leaves and was permitted before: the one that reads.
SandboxFault drop_capabilities() {
  constexpr int kMost = 63;
  for (int one = 0; one <= kMost; ++one) {
    if (one == CAP_DAC_READ_SEARCH) continue;
    if (::prctl(PR_CAPBSET_DROP, one, 0, 0, 0) != 0 && errno != EINVAL) return {"capabilities", errno};
  }
  static_cast<void>(::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0));
  __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, 2> sets{};
  sets[0].effective = sets[0].permitted = 1U << CAP_DAC_READ_SEARCH;
  if (::syscall(SYS_capset, &header, sets.data()) != 0) return {"capset", errno};
  return {};
}

}  // namespace

bool has_sandbox_filter() {
  return kArchitecture != 0;
}

std::vector<sock_filter> make_sandbox_filter() {
  std::vector<sock_filter> filter;
  add(filter, BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, arch));
  add(filter, BPF_JMP | BPF_JEQ | BPF_K, kArchitecture, 1, 0);
  add(filter, BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS);
  add(filter, BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr));
  if (kForeignCalls != 0) {
    add(filter, BPF_JMP | BPF_JGE | BPF_K, kForeignCalls, 0, 1);
    add(filter, BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS);
  }
  refuse(filter, kClone3, ENOSYS);
  for (const std::uint32_t call : kForbidden) refuse(filter, call, EPERM);
  for (const std::uint32_t call : kCommonTable) refuse(filter, call, ENOSYS);
  // It must die with us: the signal for that stays as it was set.
  add(filter, BPF_JMP | BPF_JEQ | BPF_K, SYS_prctl, 0, 3);
  add(filter, BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, args));
  refuse(filter, PR_SET_PDEATHSIG, EPERM);
  add(filter, BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  return filter;
}

SandboxFault give_up_everything(std::span<const sock_filter> filter) {
  // The kernel only reads it; linux/filter.h has no const.
  const sock_fprog program = {static_cast<unsigned short>(filter.size()),
                              const_cast<sock_filter*>(filter.data())};
  if (::setgroups(0, nullptr) != 0) return {"setgroups", errno};
  if (::setresgid(0, 0, 0) != 0 || ::setresuid(0, 0, 0) != 0) return {"setuid", errno};
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return {"no_new_privs", errno};
  if (const SandboxFault bad = drop_capabilities(); bad.step != nullptr) return bad;
  if (const SandboxFault bad = limit_resources(); bad.step != nullptr) return bad;
  if (::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) != 0) return {"seccomp", errno};
  return {};
}

}  // namespace reentry
