#include "lab/host.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <thread>

#include "lab/keeper.hpp"
#include "lab/posix.hpp"
#include "lab/service_script.hpp"
#include "lab/systemd_host.hpp"

namespace reentry::lab {
namespace {

constexpr auto kStartLimit = std::chrono::seconds(10);
constexpr auto kDownLimit = std::chrono::seconds(60);
constexpr auto kPoll = std::chrono::milliseconds(3);

std::string made_up_name() {
  static std::atomic<unsigned> number{0};
  return fmt::format("host-{}-{}", getpid(), ++number);
}

bool good_name(std::string_view name) {
  return name.size() <= 60 &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos;
}

pid_t number_in(std::string_view text) {
  pid_t number = -1;
  text = trimmed(text);
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// The words of SSHD_OPTS in Debian's /etc/default/ssh, which ssh.service reads as its EnvironmentFile.
std::vector<std::string> sshd_options(const std::string& root) {
  const auto text = read_whole(root + "/etc/default/ssh").value_or("");
  constexpr std::string_view kName = "SSHD_OPTS=";
  std::vector<std::string> words;
  for (size_t start = 0; start < text.size();) {
    const auto end = std::min(text.find('\n', start), text.size());
    auto line = trimmed(std::string_view(text).substr(start, end - start));
    start = end + 1;
    if (!line.starts_with(kName)) continue;
    words.clear();
    std::string word;
    for (const char each : line.substr(kName.size())) {
      if (each == '"' || each == '\'') continue;
      if (each != ' ' && each != '\t') word += each;
      if ((each == ' ' || each == '\t') && !word.empty()) words.push_back(std::exchange(word, {}));
    }
    if (!word.empty()) words.push_back(word);
  }
  return words;
}

// systemd.unit(5): a link to /dev/null or an empty file instead of the unit masks it.
bool is_masked(const std::string& unit) {
  struct stat found {};
  if (lstat(unit.c_str(), &found) != 0) return false;
  if (S_ISREG(found.st_mode)) return found.st_size == 0;
  std::array<char, 16> target{};
  const auto length = readlink(unit.c_str(), target.data(), target.size());
  return std::string_view(target.data(), static_cast<size_t>(std::max<ssize_t>(length, 0))) == "/dev/null";
}

// Whether any TCP socket of the host listens: /proc/PID/net/tcp has the state in its fourth column, 0A is
// LISTEN.
bool something_listens(pid_t init) {
  for (const auto* file : {"tcp", "tcp6"}) {
    const auto table = read_whole(fmt::format("/proc/{}/net/{}", init, file)).value_or("");
    if (table.find(" 0A 00000000:00000000") != std::string::npos) return true;
  }
  return false;
}

}  // namespace

Result<LabHost> LabHost::create(const BaseTree& tree, std::string name, Bed bed) {
  if (geteuid() != 0) return fail(ErrorKind::target, "lab", "making a host needs root: run it with sudo");
  if (name.empty()) name = made_up_name();
  if (!good_name(name)) return fail(ErrorKind::usage, name, "a host's name is made of a-z, 0-9 and -");
  if (tree.root.find_first_of(":,\\") != std::string::npos) {
    return fail(ErrorKind::target, tree.root, "overlayfs cannot use a path with : , or \\ in it");
  }
  clean_up_leftovers();

  LabHost host;
  host.bed_ = bed;
  host.name_ = name;
  host.folder_ = fmt::format("{}/{}", kRunFolder, name);
  host.keys_ = tree.keys;
  const HostPlan plan{name, host.folder_, tree.root,
                      fmt::format("{} {} {}", kServerAddress, kClientAddress, kOtherClientAddress), bed};
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return fail(ErrorKind::internal, "lab", std::strerror(errno));
  }
  host.control_ = ends[0];
  Fd keeper_end(ends[1]);
  host.keeper_ = fork();
  if (host.keeper_ < 0) return fail(ErrorKind::internal, "lab", std::strerror(errno));
  if (host.keeper_ == 0) be_keeper(plan, keeper_end.get());
  keeper_end.reset();

  std::array<char, 512> answer{};
  ssize_t count = 0;
  while ((count = recv(host.control_, answer.data(), answer.size(), 0)) < 0 && errno == EINTR) {
  }
  const std::string_view said(answer.data(), static_cast<size_t>(std::max<ssize_t>(count, 0)));
  if (said.empty() || said.front() != kReady) {
    return fail(ErrorKind::target, "lab",
                said.empty() ? "the host's keeper died" : std::string(said.substr(1)));
  }
  host.init_ = number_in(said.substr(1));
  TRY_VOID(host.furnish());
  if (bed == Bed::systemd) TRY_VOID(systemd::boot(host.init_));
  return host;
}

Result<void> LabHost::furnish() const {
  const auto failed = [&](const std::string& file) {
    return fail(ErrorKind::internal, file, std::strerror(errno));
  };
  if (!write_whole(folder_ + "/init", fmt::format("{}\n", init_), 0600)) return failed("init");
  if (!write_whole(folder_ + "/keys", keys_, 0600)) return failed("keys");
  if (!write_whole(folder_ + "/bed", fmt::format("{}\n", static_cast<int>(bed_)), 0600)) return failed("bed");
  for (const auto key : key_names()) {
    const auto text = read_whole(fmt::format("{}/{}.pub", keys_, key)).value_or("");
    if (!write_whole(fmt::format("{}/{}.pub", exchange(), key), text, 0644)) return failed(exchange());
  }
  for (const auto* name : {"ca", "ed25519"}) {
    const auto text = read_whole(fmt::format("{}/{}", keys_, name)).value_or("");
    if (!write_whole(fmt::format("{}/{}", exchange(), name), text, 0600)) return failed(exchange());
  }
  if (bed_ == Bed::live && !write_whole(exchange() + "/svc", service_script(), 0755)) return failed("svc");
  return {};
}

Result<LabHost> LabHost::attach(std::string_view name) {
  for (const auto& kept : kept_hosts()) {
    if (kept.name != name) continue;
    LabHost host;
    host.bed_ = kept.bed;
    host.name_ = kept.name;
    host.folder_ = fmt::format("{}/{}", kRunFolder, name);
    host.keys_ = read_whole(host.folder_ + "/keys").value_or("");
    host.keeper_ = kept.keeper;
    host.init_ = kept.init;
    return host;
  }
  return fail(ErrorKind::usage, std::string(name),
              "no such host runs: `reentry lab list` shows those that do");
}

LabHost::LabHost(LabHost&& other) noexcept {
  *this = std::move(other);
}

LabHost& LabHost::operator=(LabHost&& other) noexcept {
  if (this == &other) return *this;
  destroy();
  bed_ = other.bed_;
  name_ = std::move(other.name_);
  folder_ = std::move(other.folder_);
  keys_ = std::move(other.keys_);
  keeper_ = std::exchange(other.keeper_, -1);
  init_ = std::exchange(other.init_, -1);
  sshd_ = std::exchange(other.sshd_, -1);
  control_ = std::exchange(other.control_, -1);
  return *this;
}

LabHost::~LabHost() {
  destroy();
}

void LabHost::destroy() {
  if (control_ >= 0) {
    send(control_, &kEnd, 1, MSG_NOSIGNAL);
    close(std::exchange(control_, -1));
    if (keeper_ > 0) wait_for(keeper_);
    if (sshd_ > 0) wait_for(sshd_);
  }
  keeper_ = init_ = sshd_ = -1;
}

void LabHost::keep() {
  if (control_ < 0) return;
  send(control_, &kKeep, 1, MSG_NOSIGNAL);
  close(std::exchange(control_, -1));
}

std::string LabHost::root() const {
  return folder_ + "/root";
}
std::string LabHost::changes() const {
  return folder_ + "/upper";
}
std::string LabHost::exchange() const {
  return folder_ + "/exchange";
}
std::string LabHost::server_log() const {
  if (bed_ == Bed::systemd) return systemd::log_of_ssh(init_);
  auto text = read_whole(folder_ + "/sshd.log").value_or("");
  text += read_whole(exchange() + "/sshd.log").value_or("");
  std::erase(text, '\r');
  return text;
}

Result<Ran> LabHost::run(std::string_view script, std::chrono::milliseconds limit) {
  Program program;
  program.argv = {"/bin/sh", "-euc", std::string(script)};
  program.limit = limit;
  return run_program(program, Inside::all, init_);
}

Result<ServiceState> LabHost::start_sshd() {
  if (bed_ == Bed::systemd) return systemd::restart_ssh(init_);
  if (sshd_ > 0) stop_sshd();
  if (access((root() + "/etc/ssh/sshd_not_to_be_run").c_str(), F_OK) == 0) {
    return ServiceState{false, "ConditionPathExists=!/etc/ssh/sshd_not_to_be_run was not met"};
  }
  if (is_masked(root() + "/etc/systemd/system/ssh.service")) {
    return ServiceState{false, "Unit ssh.service is masked."};
  }
  // RuntimeDirectory=sshd of the unit: made anew, root's, 0755.
  const auto run_sshd = fmt::format("/proc/{}/root/run/sshd", init_);
  mkdir(run_sshd.c_str(), 0755);
  if (chown(run_sshd.c_str(), 0, 0) != 0 || chmod(run_sshd.c_str(), 0755) != 0) {
    return fail(ErrorKind::internal, "/run/sshd", std::strerror(errno));
  }
  const auto options = sshd_options(root());
  Program program;
  program.argv = {"/usr/sbin/sshd", "-t"};
  TRY(auto tested, run_program(program, Inside::all, init_));
  std::erase(tested.err, '\r');
  if (tested.status != 0) return ServiceState{false, tested.err};

  program.argv = {"/usr/sbin/sshd", "-D", "-e"};
  program.argv.insert(program.argv.end(), options.begin(), options.end());
  const auto before = server_log().size();
  TRY(sshd_, start_program(program, init_, folder_ + "/sshd.log"));
  const auto end = std::chrono::steady_clock::now() + kStartLimit;
  while (std::chrono::steady_clock::now() < end) {
    if (waitpid(sshd_, nullptr, WNOHANG) == sshd_) {
      sshd_ = -1;
      return ServiceState{false, server_log().substr(before)};
    }
    if (something_listens(init_)) return ServiceState{true, {}};
    std::this_thread::sleep_for(kPoll);
  }
  return ServiceState{false, "sshd runs and does not listen"};
}

void LabHost::stop_sshd() {
  if (init_ <= 0) return;
  if (bed_ == Bed::systemd) return systemd::stop_ssh(init_);
  kill_everything(init_);
  if (sshd_ > 0) wait_for(std::exchange(sshd_, -1));
}

Result<std::string> LabHost::reboot() {
  if (bed_ != Bed::systemd) return fail(ErrorKind::internal, name_, "this bed can't be rebooted");
  TRY_VOID(systemd::ask_for_reboot(init_));
  const auto end = std::chrono::steady_clock::now() + kDownLimit;
  while (std::chrono::steady_clock::now() < end) {
    // The keeper writes the new one as soon as it is there, and takes the folder away where there is none.
    const auto file = read_whole(folder_ + "/init");
    if (!file) return fail(ErrorKind::target, name_, "it went down and did not come up again");
    const auto now = number_in(*file);
    if (now > 0 && now != init_) {
      init_ = now;
      return systemd::boot(init_);
    }
    std::this_thread::sleep_for(kPoll);
  }
  return fail(ErrorKind::target, name_, "it did not go down");
}

std::vector<KeptHost> kept_hosts() {
  std::vector<KeptHost> hosts;
  DIR* const folder = opendir(std::string(kRunFolder).c_str());
  if (folder == nullptr) return hosts;
  while (const dirent* const entry = readdir(folder)) {
    const auto path = fmt::format("{}/{}", kRunFolder, entry->d_name);
    const auto keeper = number_in(read_whole(path + "/keeper").value_or(""));
    const auto init = number_in(read_whole(path + "/init").value_or(""));
    if (entry->d_name[0] == '.' || keeper <= 0 || init <= 0) continue;
    const auto bed = static_cast<Bed>(std::clamp(number_in(read_whole(path + "/bed").value_or("0")), 0, 2));
    hosts.push_back({entry->d_name, bed, path + "/root", keeper, init});
  }
  closedir(folder);
  return hosts;
}

Result<void> end_host(std::string_view name) {
  for (const auto& host : kept_hosts()) {
    if (host.name != name) continue;
    if (kill(host.keeper, SIGTERM) != 0) return fail(ErrorKind::target, host.name, std::strerror(errno));
    const auto folder = fmt::format("{}/{}", kRunFolder, name);
    for (const auto end = std::chrono::steady_clock::now() + kStartLimit;
         std::chrono::steady_clock::now() < end;) {
      if (access(folder.c_str(), F_OK) != 0) return {};
      std::this_thread::sleep_for(kPoll);
    }
    return fail(ErrorKind::target, host.name, "it did not end");
  }
  return fail(ErrorKind::usage, std::string(name),
              "no such host runs: `reentry lab list` shows those that do");
}

}  // namespace reentry::lab
