#include "host/service_control.hpp"

#include <dirent.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstring>
#include <ctime>
#include <fstream>
#include <iterator>
#include <optional>
#include <set>
#include <string_view>

#include "base/shown.hpp"
#include "host/command.hpp"
#include "host/processes.hpp"

namespace reentry {
namespace {

using std::chrono::seconds;
using Sockets = std::set<std::string>;  // `socket:[12345]`

// sd_booted(3).
bool has_systemd() {
  struct stat raw {};
  return ::lstat("/run/systemd/system", &raw) == 0 && S_ISDIR(raw.st_mode);
}

std::string first_program(std::initializer_list<const char*> paths) {
  for (const char* path : paths) {
    if (::access(path, X_OK) == 0) return path;
  }
  return {};
}

std::string joined(const std::vector<std::string>& words) {
  return fmt::format("{}", fmt::join(words, " "));
}

std::string last_line(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
  if (text.ends_with('.')) text.remove_suffix(1);
  return shown(text.substr(text.rfind('\n') + 1));
}

std::optional<pid_t> number_in(std::string_view text) {
  pid_t pid = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), pid);
  if (parsed.ec != std::errc() || pid <= 1) return std::nullopt;
  return pid;
}

// Whether the process runs `program` on this very system: a container's sshd is another's.
bool runs(pid_t pid, const std::string& program) {
  std::string exe = link_of(fmt::format("/proc/{}/exe", pid));
  constexpr std::string_view kDeleted = " (deleted)";
  if (exe.ends_with(kDeleted)) exe.resize(exe.size() - kDeleted.size());
  if (exe != program) return false;
  struct stat its {};
  struct stat ours {};
  return ::stat(fmt::format("/proc/{}/root/", pid).c_str(), &its) == 0 && ::stat("/", &ours) == 0 &&
         its.st_dev == ours.st_dev && its.st_ino == ours.st_ino &&
         link_of(fmt::format("/proc/{}/ns/pid", pid)) == link_of("/proc/self/ns/pid");
}

// Of `pid (name) state ppid …` (proc(5)); the name may hold anything.
std::optional<pid_t> parent_of(pid_t pid) {
  const std::string stat = start_of_file(fmt::format("/proc/{}/stat", pid), 1024);
  const std::size_t name = stat.rfind(')');
  if (name == std::string::npos || stat.size() < name + 5) return std::nullopt;
  return number_in(std::string_view(stat).substr(name + 4)).value_or(1);
}

// The one that takes connections: its parent is no sshd, and it does not carry the title of a session
// (`sshd: alice [priv]`); from 8.2 it calls itself `[listener]`.
bool is_listener(pid_t pid, const std::string& program) {
  if (!runs(pid, program)) return false;
  const std::optional<pid_t> parent = parent_of(pid);
  if (!parent || runs(*parent, program)) return false;
  const std::string title = start_of_file(fmt::format("/proc/{}/cmdline", pid), 512);
  return title.find("[listener]") != std::string::npos || title.starts_with('/');
}

std::optional<pid_t> listener_of(const ServiceNames& names) {
  if (const auto pid = number_in(start_of_file(names.pid_file, 32)); pid && is_listener(*pid, names.program))
    return pid;
  DIR* stream = ::opendir("/proc");
  if (stream == nullptr) return std::nullopt;
  std::optional<pid_t> found;
  // NOLINTNEXTLINE(concurrency-mt-unsafe): the stream is ours alone
  while (const dirent* entry = ::readdir(stream)) {
    const auto pid = number_in(entry->d_name);
    if (!pid || !is_listener(*pid, names.program)) continue;
    found = pid;
    break;
  }
  ::closedir(stream);
  return found;
}

Sockets sockets_of(pid_t pid) {
  Sockets out;
  const std::string folder = fmt::format("/proc/{}/fd", pid);
  DIR* stream = ::opendir(folder.c_str());
  if (stream == nullptr) return out;
  // NOLINTNEXTLINE(concurrency-mt-unsafe): the stream is ours alone
  while (const dirent* entry = ::readdir(stream)) {
    std::string link = link_of(folder + "/" + entry->d_name);
    if (link.starts_with("socket:")) out.insert(std::move(link));
  }
  ::closedir(stream);
  return out;
}

// Sockets that the kernel lists as listening TCP (state 0A of proc_net_tcp), by their inodes.
bool any_listens(const Sockets& sockets) {
  for (const char* table : {"/proc/net/tcp", "/proc/net/tcp6"}) {
    std::ifstream file(table);
    for (std::string line; std::getline(file, line);) {
      std::array<std::string, 10> words;
      std::size_t at = 0;
      for (std::string& word : words) {
        at = std::min(line.find_first_not_of(' ', at), line.size());
        const std::size_t end = std::min(line.find(' ', at), line.size());
        word = line.substr(at, end - at);
        at = end;
      }
      if (words[3] == "0A" && sockets.count("socket:[" + words[9] + "]") != 0) return true;
    }
  }
  return false;
}

template <typename Condition>
bool comes_true(seconds limit, const Condition& condition) {
  const auto end = std::chrono::steady_clock::now() + limit;
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= end) return false;
    const struct timespec tick = {0, 5'000'000};
    ::nanosleep(&tick, nullptr);
  }
  return true;
}

ServiceOutcome failed(const ServiceNames& names, Text why) {
  return {ServiceAct::failed, {}, reload_by_hand(names), {}, std::move(why)};
}

Text said_words(const Result<CommandAnswer>& answer, const std::string& command) {
  if (!answer) return say("{}: {}", "{}: {}", shown(answer.error().what), answer.error().why);
  if (answer->timed_out) return say("`{}` did not end in time", "`{}` が時間内に終わりませんでした", command);
  const std::string line = last_line(answer->said);
  return say("`{}` ended with status {}{}{}", "`{}` が終了ステータス {} で失敗しました{}{}", command,
             answer->status, line.empty() ? "" : ": ", line);
}

ServiceOutcome by_systemd(const ServiceNames& names) {
  const std::string systemctl = first_program({"/usr/bin/systemctl", "/bin/systemctl"});
  if (systemctl.empty() || names.unit.empty()) {
    return failed(names, say("no systemd unit of sshd is known", "sshd の systemd ユニットが見つかりません"));
  }
  const auto is_active = [&systemctl](const std::string& unit) {
    const auto answer = run_command({systemctl, "is-active", "--quiet", unit}, seconds(20));
    return answer && answer->status == 0;
  };
  const auto property = [&systemctl](const std::string& unit, const char* name) {
    const auto answer = run_command({systemctl, "show", "--value", "-p", name, unit}, seconds(20));
    return answer ? last_line(answer->said) : std::string();
  };
  // Until it is told to, systemd goes by the units as it read them: the mask, the drop-in that is gone.
  const bool stale = property(names.unit, "NeedDaemonReload") == "yes" ||
                     (!names.socket.empty() && property(names.socket, "NeedDaemonReload") == "yes");
  if (stale) static_cast<void>(run_command({systemctl, "daemon-reload"}, seconds(60)));
  const bool up = is_active(names.unit);
  if (property(names.unit, "LoadState") == "masked") {
    ServiceOutcome out = failed(names, say("{} is masked", "{} はマスクされています", names.unit));
    out.by_hand = up ? "systemctl stop " + names.unit : "systemctl unmask " + names.unit;
    return out;
  }
  if (!up && !names.socket.empty() && is_active(names.socket)) {
    return {ServiceAct::on_demand, {}, {}, {}, {}};
  }
  const std::string unit = !up && !names.socket.empty() ? names.socket : names.unit;
  // After some failures in a row systemd refuses a start until it is told to forget them: that of the service
  // which a socket starts, too.
  for (const std::string& failing : {names.unit, unit}) {
    if (!up) static_cast<void>(run_command({systemctl, "reset-failed", failing}, seconds(20)));
  }
  const std::string command = fmt::format("{}systemctl {} {}", stale ? "systemctl daemon-reload && " : "",
                                          up ? "reload" : "start", unit);
  const auto answer = run_command({systemctl, up ? "reload" : "start", unit}, seconds(60));
  if (!answer || answer->timed_out || answer->status != 0) return failed(names, said_words(answer, command));
  if (!is_active(unit)) {
    return failed(names, say("after `{}` it is not active; `journalctl -u {}` says why",
                             "`{}` の後も稼働していません。`journalctl -u {}` で理由を確認してください",
                             command, unit));
  }
  return {up ? ServiceAct::reloaded : ServiceAct::started,
          command,
          {},
          up ? std::string() : "systemctl stop " + unit,
          {}};
}

// sshd.c:sighup_restart() starts the program anew in the same process: it listens on new sockets then.
ServiceOutcome by_signal(const ServiceNames& names, pid_t pid) {
  const Sockets before = sockets_of(pid);
  if (::kill(pid, SIGHUP) != 0) {
    return failed(names, say("SIGHUP to {}: {}", "プロセス {} への SIGHUP: {}", pid, std::strerror(errno)));
  }
  const auto listens_anew = [&] {
    Sockets now = sockets_of(pid);
    for (const std::string& old : before) now.erase(old);
    return !now.empty() && any_listens(now);
  };
  const bool good = comes_true(seconds(5), listens_anew);
  const std::string command = fmt::format("kill -HUP {}", pid);
  if (!good && !runs(pid, names.program)) {
    return failed(names, say("sshd (process {}) ended when it was told to read its configuration again",
                             "設定の再読み込みを指示した sshd(プロセス {})が終了しました", pid));
  }
  if (!good) {
    return failed(names, say("sshd (process {}) did not listen anew after `{}`",
                             "sshd(プロセス {})は `{}` の後も待ち受けを再開していません", pid, command));
  }
  return {ServiceAct::reloaded, command, {}, {}, {}};
}

std::vector<std::string> start_script() {
  const std::string openrc = first_program({"/sbin/rc-service", "/usr/sbin/rc-service"});
  if (!openrc.empty()) return {openrc, "sshd"};
  const std::string script = first_program({"/etc/init.d/ssh", "/etc/init.d/sshd", "/etc/rc.d/rc.sshd"});
  return script.empty() ? std::vector<std::string>() : std::vector<std::string>{script};
}

ServiceOutcome by_script(const ServiceNames& names) {
  const std::vector<std::string> script = start_script();
  if (script.empty()) {
    return failed(names, say("there is neither systemd nor a service script here",
                             "systemd もサービススクリプトもありません"));
  }
  std::vector<std::string> start = script;
  start.emplace_back("start");
  const std::string command = joined(start);
  const auto answer = run_command(start, seconds(60));
  if (!answer || answer->timed_out || answer->status != 0) return failed(names, said_words(answer, command));
  const auto listens = [&names] {
    const auto pid = listener_of(names);
    return pid && any_listens(sockets_of(*pid));
  };
  if (!comes_true(seconds(5), listens)) {
    return failed(names, say("after `{}` no sshd listens", "`{}` の後も sshd が待ち受けていません", command));
  }
  return {ServiceAct::started, command, {}, joined(script) + " stop", {}};
}

}  // namespace

std::string reload_by_hand(const ServiceNames& names) {
  if (has_systemd()) {
    const std::string unit = names.unit.empty() ? "ssh" : names.unit;
    return fmt::format("systemctl reload {0} || systemctl start {0}", unit);
  }
  if (const auto pid = listener_of(names)) return fmt::format("kill -HUP {}", *pid);
  const std::vector<std::string> script = start_script();
  return script.empty() ? joined(names.call) : joined(script) + " start";
}

ServiceOutcome reload_or_start(const ServiceNames& names) {
  if (has_systemd()) return by_systemd(names);
  if (const auto pid = listener_of(names)) return by_signal(names, *pid);
  return by_script(names);
}

}  // namespace reentry
