// A throwaway real host: an overlay over the cached Debian tree, its own namespaces, the real sshd and the
// real ssh.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "lab/base_tree.hpp"
#include "lab/bed.hpp"
#include "lab/process.hpp"
#include "lab/wire.hpp"

namespace reentry::lab {

// What the client wants once it is in.
enum class Want {
  command,  // ssh HOST 'echo ...'
  shell,    // ssh -tt HOST, with a terminal, types `exit`
  sftp,     // ssh -s HOST sftp
  forward,  // ssh -W, the way through a jump host
};

struct LoginRequest {
  std::string user;
  std::string key;                      // a name of key_names() or the path of a private key; empty: no key
  std::string certificate;              // a file in the exchange folder, or a path; empty: none
  std::optional<std::string> password;  // given when sshd asks, by password or keyboard-interactive
  std::string from{kClientAddress};
  int port = 22;
  Want want = Want::command;
};

struct LoginAnswer {
  bool accepted = false;  // the client got what it wanted
  int status = 0;         // of ssh
  std::string out;
  std::string said;     // the client's messages (stderr)
  std::string command;  // the ssh command, as it could be typed inside the host's network
};

struct ServiceState {
  bool running = false;
  std::string said;  // why not: what `sshd -t` or sshd printed
};

// A file of this machine for LabHost::lend().
struct Loan {
  std::string file;
  std::string name;  // below /mnt
};

// A program of this machine, to be lent as `kLentProgram`, and the shared libraries that it loads, but for
// the C library. Fails where `ldd` can't be run.
inline constexpr std::string_view kLentProgram = "reentry";
[[nodiscard]] Result<std::vector<Loan>> program_with_libraries(const std::string& program);

// Everything of a host goes when the object goes: processes, mounts, network. Where our process is killed, a
// keeper process of the host notices and does the same; where the keeper was killed too, the next create()
// cleans up. Two hosts never touch each other. Not thread-safe per object; different objects may live in
// different threads.
class LabHost {
 public:
  // Makes a host and brings it up, without sshd; one with systemd boots to the end (its units start sshd, or
  // do not). `name` must be new, [a-z0-9-]; empty: one is made up. Fails: not root; the kernel forbids
  // namespaces, overlayfs or control groups (the reason says which); systemd did not come up.
  [[nodiscard]] static Result<LabHost> create(const BaseTree& tree, std::string name = {},
                                              Bed bed = Bed::disk);

  LabHost(LabHost&& other) noexcept;
  LabHost& operator=(LabHost&& other) noexcept;
  LabHost(const LabHost&) = delete;
  LabHost& operator=(const LabHost&) = delete;
  ~LabHost();

  [[nodiscard]] const std::string& name() const { return name_; }
  // The host's disk as this machine sees it: what a rescue machine would have mounted. Without /dev, /proc
  // and /run.
  [[nodiscard]] std::string root() const;
  // The upper layer of that disk: what differs from the base tree, in overlayfs's own form. To be read only.
  [[nodiscard]] std::string changes() const;
  // A folder outside the host's disk that the host sees as /mnt: the public keys of the lab, `ca`, and what
  // scripts make for the client.
  [[nodiscard]] std::string exchange() const;
  [[nodiscard]] Bed bed() const { return bed_; }
  // A reboot gives the host another one.
  [[nodiscard]] pid_t init() const { return init_; }
  [[nodiscard]] pid_t keeper() const { return keeper_; }

  // Runs a POSIX shell script as root inside the host.
  [[nodiscard]] Result<Ran> run(std::string_view script,
                                std::chrono::milliseconds limit = std::chrono::seconds(20));

  // Lets a file of this machine be seen read-only as /mnt/NAME until the host is rebooted; again is no error.
  [[nodiscard]] Result<void> lend(const std::vector<Loan>& files);
  // Runs the lent program inside the host, as root.
  [[nodiscard]] Result<Ran> run_lent(const std::vector<std::string>& arguments,
                                     std::chrono::milliseconds limit = std::chrono::seconds(60));

  // With systemd: `systemctl restart ssh`. Else as Debian's ssh.service (its condition and a mask are
  // honoured): /run/sshd made, `sshd -t`, then `sshd -D` with the options of /etc/default/ssh; with -e so
  // that server_log() has its words. Returns when sshd listens or has ended.
  [[nodiscard]] Result<ServiceState> start_sshd();
  // Ends every process of the host but its first, sshd among them (with systemd: the units of ssh only); what
  // it wrote stays in server_log().
  void stop_sshd();
  // With systemd what the journal has of ssh's units, of all boots.
  [[nodiscard]] std::string server_log() const;

  // Power off and on again, in order, with the same disk and the
  // same network. Only for Bed::systemd. Gives the state that systemd reached, as create() waits for it:
  // `running`, `degraded`, `maintenance`. Fails: it did not go down, or not come up.
  [[nodiscard]] Result<std::string> reboot();

  // One login with the real client of this machine, in the host's network.
  [[nodiscard]] Result<LoginAnswer> login(const LoginRequest& request);
  // The same command with everything that is needed to type it on this machine.
  [[nodiscard]] std::string login_command(const LoginRequest& request) const;

  // A program of this machine where the clients stand: in their network, with this machine's files.
  [[nodiscard]] Result<Ran> run_as_client(const Program& program);
  // What ssh is given for a login, from its first option to `USER@HOST`.
  [[nodiscard]] std::vector<std::string> client_words(const LoginRequest& request) const;

  // A host that was kept; the object only looks and acts, the host outlives it. Fails: no such host runs.
  [[nodiscard]] static Result<LabHost> attach(std::string_view name);

  // Lets the host live on after this object and this process; end_host() or SIGTERM to keeper() ends it.
  void keep();

 private:
  LabHost() = default;
  void destroy();
  [[nodiscard]] Result<void> furnish() const;
  [[nodiscard]] Program client(const LoginRequest& request) const;
  // The process in whose network clients are.
  [[nodiscard]] pid_t outside() const { return bed_ == Bed::disk ? init_ : keeper_; }

  Bed bed_ = Bed::disk;
  std::string name_;
  std::string folder_;
  std::string keys_;
  pid_t keeper_ = -1;
  pid_t init_ = -1;
  pid_t sshd_ = -1;
  int control_ = -1;
};

// Hosts that were kept and still run, and their end.
struct KeptHost {
  std::string name;
  Bed bed = Bed::disk;
  std::string root;
  pid_t keeper = -1;
  pid_t init = -1;
};
[[nodiscard]] std::vector<KeptHost> kept_hosts();
[[nodiscard]] Result<void> end_host(std::string_view name);

}  // namespace reentry::lab
