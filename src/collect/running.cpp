#include "collect/running.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "collect/meanwhile.hpp"
#include "facts/firewall.hpp"
#include "facts/sshd_config.hpp"
#include "facts/sshd_processes.hpp"

namespace reentry {
namespace {

constexpr std::size_t kGreetings = 4;
constexpr std::size_t kJournalLines = 20;

// systemctl(1) show: `Name=value` a line, units parted by an empty one.
std::vector<UnitState> parse_show(std::string_view text) {
  std::vector<UnitState> units(1);
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t equals = line.find('=');
    if (line.empty()) {
      units.emplace_back();
    } else if (equals != std::string_view::npos) {
      units.back().properties.insert_or_assign(std::string(line.substr(0, equals)),
                                               std::string(line.substr(equals + 1)));
    }
  }
  return units;
}

constexpr const char* kProperties =
    "Id,LoadState,LoadError,ActiveState,SubState,UnitFileState,Result,MainPID,NRestarts,NeedDaemonReload,"
    "ConditionResult,AssertResult,ExecMainCode,ExecMainStatus,StatusText,Job";

void collect_units(RunningSystem& system, Facts& facts) {
  RunningFacts& running = facts.running;
  std::vector<std::string> names;
  if (!facts.unit.name.empty()) names.push_back(facts.unit.name);
  if (!facts.unit.socket_name.empty()) names.push_back(facts.unit.socket_name);
  if (names.empty()) return;
  std::vector<std::string> words{"systemctl", "show", "--no-pager", "-p", kProperties};
  words.insert(words.end(), names.begin(), names.end());
  const Known<SystemAnswer> answer = system.ask(words);
  if (!answer || answer->status != 0) {
    const Missing why = answer ? Missing{Why::unreadable, "systemctl", answer->complaint} : answer.missing();
    running.service = why;
    running.socket = why;
    return;
  }
  for (UnitState& unit : parse_show(answer->out)) {
    const std::string id = unit.get("Id");
    if (id == facts.unit.name || id.ends_with(".service")) running.service = unit;
    if (id == facts.unit.socket_name) running.socket = std::move(unit);
  }
}

// The last words of a service that does not run, for people: journalctl(1) knows them by unit.
void collect_journal(RunningSystem& system, Facts& facts) {
  RunningFacts& running = facts.running;
  if (!running.service || running.service->active()) return;
  const std::string state = running.service->get("ActiveState");
  if (state != "failed" && state != "activating") return;
  const Known<SystemAnswer> answer =
      system.ask({"journalctl", "--no-pager", "-q", "-b", "-n", std::to_string(kJournalLines), "-o", "cat",
                  "-u", facts.unit.name});
  if (!answer || answer->status != 0) return;
  std::string_view text = answer->out;
  while (!text.empty() && running.journal.size() < kJournalLines) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (end > 0) running.journal.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

// Where on this host a connection to the socket's address goes.
std::string own_address(const ListeningSocket& socket) {
  if (socket.address == "0.0.0.0") return "127.0.0.1";
  if (socket.address == "::") return socket.v6_only ? "::1" : "127.0.0.1";
  return socket.address;
}

// systemd itself listens where sshd should: for a socket unit, of sshd's or not.
bool holds_a_wanted_port(const Facts& facts) {
  if (!facts.running.sockets) return false;
  for (const ListeningSocket& socket : *facts.running.sockets) {
    if (!is_wanted_port(facts, socket.port)) continue;
    const auto by_systemd = [](const SocketOwner& owner) { return owner.pid == 1; };
    if (std::any_of(socket.owners.begin(), socket.owners.end(), by_systemd)) return true;
  }
  return false;
}

bool greets(const Facts& facts) {
  const auto& greetings = facts.running.greetings;
  return std::any_of(greetings.begin(), greetings.end(),
                     [](const auto& entry) { return is_ssh(entry.second); });
}

// Each process is asked once.
void ask_greeting(RunningSystem& system, const ListeningSocket& socket, Listeners& listeners) {
  const int pid = socket.owners.empty() ? -socket.port : socket.owners.back().pid;
  if (listeners.greetings.size() >= kGreetings || !listeners.asked.insert(pid).second) return;
  Known<Greeting> greeting = system.greeting(own_address(socket), socket.port);
  if (greeting) listeners.greetings[{socket.address, socket.port}] = std::move(*greeting);
}

Listeners ask_where_sshd_should_be(RunningSystem& system, const std::vector<std::string>& wanted) {
  Listeners listeners;
  listeners.sockets = system.sockets();
  if (!listeners.sockets) return listeners;
  for (const ListeningSocket& socket : *listeners.sockets) {
    if (is_port_of(wanted, socket.port)) ask_greeting(system, socket, listeners);
  }
  return listeners;
}

// Those of sshd that its configuration does not name.
void collect_greetings(RunningSystem& system, Listeners listeners, Facts& facts) {
  if (facts.running.sockets) {
    for (const ListeningSocket& socket : *facts.running.sockets) {
      if (is_sshd_socket(facts, socket)) ask_greeting(system, socket, listeners);
    }
  }
  facts.running.greetings = std::move(listeners.greetings);
}

// When the sshd that listens read its configuration: it writes its PidFile once it has (sshd.c:main), after a
// SIGHUP again. Folders tell of files that came or went.
void collect_age(FileTree& tree, Facts& facts) {
  constexpr std::int64_t kNanoseconds = 1'000'000'000;
  RunningFacts& running = facts.running;
  const SocketOwner* listener = listening_sshd(facts);
  if (listener == nullptr) return;
  std::int64_t read_at = (listener->started + 1) * kNanoseconds;
  const std::string pid_file = ConfigEvaluator(facts.config, facts.ssh).startup()["pidfile"].first();
  if (pid_file.starts_with('/')) {
    const PathFact file = tree.walk(HostPath(pid_file));
    if (file.found() && file.node().stat.mtime >= listener->started) read_at = file.node().stat.changed_ns;
  }
  if (listener->started == 0 || read_at == 0) return;
  running.read_at = read_at / kNanoseconds;
  const auto look_at = [&](const HostPath& path) {
    const PathFact at = tree.walk(path);
    if (at.found() && at.node().stat.changed_ns > read_at) running.changed.push_back(path.str());
  };
  for (const ConfigFile& file : facts.config.files) look_at(file.path);
  // A drop-in that was taken away changed its folder alone.
  for (const ConfigLine& line : facts.config.lines) {
    if (line.keyword != "include") continue;
    for (const std::string& pattern : line.values) {
      const HostPath folder = HostPath(pattern).parent();
      if (pattern.starts_with('/') && folder.name().ends_with(".d")) look_at(folder);
    }
  }
}

// Tunnels that the kernel makes in every network namespace as soon as their module is loaded
// (Documentation/admin-guide/sysctl/net.rst, fb_tunnels_only_for_init_net).
constexpr std::array<std::string_view, 11> kOwnOfTheKernel = {"lo",       "tunl0",   "gre0",  "gretap0",
                                                              "erspan0",  "ip_vti0", "sit0",  "ip6tnl0",
                                                              "ip6_vti0", "ip6gre0", "dummy0"};

// proc(5), /proc/net/dev: two lines of headings, then `NAME: NUMBERS`.
void collect_interfaces(FileTree& tree, RunningFacts& running) {
  const FileFact file = tree.read(HostPath("/proc/net/dev"));
  if (!file.bytes) {
    running.interfaces = file.bytes.missing();
    return;
  }
  std::vector<std::string> names;
  std::string_view text = *file.bytes;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    line = line.substr(0, colon);
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    if (std::find(kOwnOfTheKernel.begin(), kOwnOfTheKernel.end(), line) == kOwnOfTheKernel.end())
      names.emplace_back(line);
  }
  running.interfaces = std::move(names);
}

// The kernel's own lists (proc(5)). One of the two may lack: a kernel without that family.
void collect_addresses(FileTree& tree, RunningFacts& running) {
  const FileFact v4 = tree.read(HostPath("/proc/net/fib_trie"));
  const FileFact v6 = tree.read(HostPath("/proc/net/if_inet6"));
  for (const FileFact* file : {&v4, &v6}) {
    if (file->bytes || (file == &v6 && file->bytes.is_absent())) continue;
    running.addresses = file->bytes.missing();
    return;
  }
  std::vector<NetAddress> out = parse_local_ipv4(*v4.bytes);
  if (v6.bytes) {
    for (const InterfaceAddress& one : parse_ipv6_addresses(*v6.bytes)) out.push_back(one.address);
  }
  running.addresses = std::move(out);
}

}  // namespace

ListenersAnswer ask_for_listeners(RunningSystem& system, const Facts& facts) {
  std::vector<std::string> wanted =
      ConfigEvaluator(facts.config, facts.ssh).startup()["listenaddress"].values;
  return ask_meanwhile(
      system, [&system, wanted = std::move(wanted)] { return ask_where_sshd_should_be(system, wanted); });
}

void collect_running(FileTree& tree, RunningSystem& system, ListenersAnswer asked, Facts& facts) {
  RunningFacts& running = facts.running;
  if (!system.runs()) return;
  running.collected = true;
  running.privileged = system.privileged();
  const PathFact booted = tree.walk_nofollow(HostPath("/run/systemd/system"));
  running.systemd = booted.found() && booted.node().stat.type == FileType::directory;
  Listeners listeners = asked.get();
  running.sockets = std::move(listeners.sockets);
  collect_addresses(tree, running);
  collect_interfaces(tree, running);
  if (running.systemd && holds_a_wanted_port(facts)) collect_units(system, facts);
  collect_greetings(system, std::move(listeners), facts);
  collect_age(tree, facts);
  // To ask systemd takes longer than all else: an sshd that answers by what its files say needs no witness.
  const bool well = running.changed.empty() && greets(facts);
  if (well || !running.systemd) return;
  if (!running.service && !running.socket) collect_units(system, facts);
  collect_journal(system, facts);
}

}  // namespace reentry
