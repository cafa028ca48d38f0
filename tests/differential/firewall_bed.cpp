#include "firewall_bed.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <map>

namespace reentry::differential {
namespace {

constexpr int kSilenceMs = 60;
constexpr std::array<std::uint16_t, 3> kPorts = {22, 2222, 8022};

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t length = 0;
};

SocketAddress socket_address(int family, const std::string& text, std::uint16_t port) {
  SocketAddress out;
  if (family == 4) {
    auto* v4 = reinterpret_cast<sockaddr_in*>(&out.storage);
    v4->sin_family = AF_INET;
    v4->sin_port = htons(port);
    ::inet_pton(AF_INET, text.c_str(), &v4->sin_addr);
    out.length = sizeof *v4;
  } else {
    auto* v6 = reinterpret_cast<sockaddr_in6*>(&out.storage);
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(port);
    ::inet_pton(AF_INET6, text.c_str(), &v6->sin6_addr);
    out.length = sizeof *v6;
  }
  return out;
}

int tcp_socket(int family) {
  const int fd = ::socket(family == 4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const int on = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (family == 6) ::setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  return fd;
}

std::string set_up_script(pid_t server) {
  const std::string inside = fmt::format("nsenter -t {} -n ", server);
  std::string out = "set -e\n";
  out += fmt::format(
      "ip link add c0 address 02:00:00:00:00:02 type veth peer name eth0 address "
      "02:00:00:00:00:01 netns {}\n",
      server);
  out += "sysctl -qw net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0 || true\n";
  out += "ip link set lo up\nip link set c0 up\n";
  out += inside + "sh -e -c '\nip link set lo up\nip link set eth0 up\n" +
         "sysctl -qw net.ipv4.icmp_ratelimit=0 net.ipv6.icmp.ratelimit=0 net.ipv4.conf.all.rp_filter=0 "
         "net.ipv4.conf.eth0.rp_filter=0 net.ipv4.conf.all.route_localnet=1\n" +
         "sysctl -qw net.ipv4.icmp_msgs_per_sec=100000 2>/dev/null || true\n" +
         "ip addr add 10.77.0.1/32 dev eth0\nip addr add fd77::1/128 dev eth0 nodad\n" +
         "ip route add default dev eth0\nip -6 route add default dev eth0\n'\n";
  out += "ip route add 10.77.0.1/32 dev c0\nip -6 route add fd77::1/128 dev c0\n";
  out += "ip neigh add 10.77.0.1 lladdr 02:00:00:00:00:01 dev c0 nud permanent\n";
  out += "ip neigh add fd77::1 lladdr 02:00:00:00:00:01 dev c0 nud permanent\n";
  for (const int family : {4, 6}) {
    for (const std::string& client : FirewallBed::clients(family)) {
      out += fmt::format("ip addr add {}/{} dev c0{}\n", client, family == 4 ? 32 : 128,
                         family == 4 ? "" : " nodad");
      out +=
          inside + fmt::format("ip neigh add {} lladdr 02:00:00:00:00:02 dev eth0 nud permanent\n", client);
    }
  }
  return out;
}

void watch(int epoll, int fd, std::uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.fd = fd;
  ::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

void change(int epoll, int fd, std::uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.fd = fd;
  ::epoll_ctl(epoll, EPOLL_CTL_MOD, fd, &event);
}

// The client's side of one connection: true when nothing more is to come.
bool step_client(int epoll, int fd, std::uint32_t events, ProbeEnd& end) {
  int error = 0;
  socklen_t length = sizeof error;
  ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length);
  if (error != 0) {
    end.error = error;
    return true;
  }
  if (!end.connected && (events & EPOLLOUT) != 0) {
    end.connected = true;
    if (::send(fd, "hi", 2, MSG_NOSIGNAL) != 2) end.error = errno;
    change(epoll, fd, EPOLLIN);
    return end.error != 0;
  }
  if ((events & EPOLLIN) == 0) return (events & (EPOLLERR | EPOLLHUP)) != 0;
  std::array<char, 8> bytes{};
  const ssize_t count = ::recv(fd, bytes.data(), bytes.size(), 0);
  end.answered = count == 2;
  if (count < 0) end.error = errno;
  return true;
}

}  // namespace

const std::vector<std::string>& FirewallBed::clients(int family) {
  static const std::vector<std::string> v4 = {"10.77.0.2", "10.77.0.3",    "10.77.0.66",    "10.77.1.5",
                                              "10.77.2.9", "192.0.2.7",    "198.51.100.20", "203.0.113.5",
                                              "10.9.8.7",  "192.168.1.20", "172.16.5.4"};
  static const std::vector<std::string> v6 = {
      "fd77::2", "fd77::66", "fd77:1::5", "2001:db8::7", "2001:db8:1::9", "2001:db8:1:2::33", "fd00:1234::1"};
  return family == 4 ? v4 : v6;
}

const std::string& FirewallBed::server(int family) {
  static const std::string v4 = "10.77.0.1";
  static const std::string v6 = "fd77::1";
  return family == 4 ? v4 : v6;
}

namespace {

// What is done elsewhere than it is meant to be would be done to this machine.
void enter(int network) {
  if (::setns(network, CLONE_NEWNET) == 0) return;
  fmt::print(stderr, "no way into the network of the bed: {}\n", std::strerror(errno));
  ::abort();
}

}  // namespace

bool FirewallBed::open() {
  char before[64] = {};
  (void)!::readlink("/proc/self/ns/net", before, sizeof before - 1);
  holder_ = ::fork();
  if (holder_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::unshare(CLONE_NEWNET) != 0) ::_exit(1);
    for (;;) ::pause();
  }
  if (holder_ < 0 || ::unshare(CLONE_NEWNET) != 0) return false;
  client_net_ = ::open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
  const std::string path = fmt::format("/proc/{}/ns/net", holder_);
  char after[64] = {};
  bool apart = false;
  for (int i = 0; i < 6000 && !apart; ++i) {
    apart = ::readlink(path.c_str(), after, sizeof after - 1) > 0 && std::strcmp(before, after) != 0;
    if (!apart) ::usleep(5000);
  }
  // No rule may ever reach the machine's own network.
  if (!apart) return false;
  server_net_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  lab::Program program;
  program.argv = {"sh", "-c", set_up_script(holder_)};
  const auto ran = lab::run_program(program);
  if (!ran || ran->status != 0) {
    fmt::print("no network of two: {}\n", ran ? ran->err : "no shell");
    return false;
  }
  listen();
  return true;
}

FirewallBed::~FirewallBed() {
  if (holder_ > 0) {
    ::kill(holder_, SIGKILL);
    ::waitpid(holder_, nullptr, 0);
  }
  for (const int fd : listeners_) ::close(fd);
  if (server_net_ >= 0) ::close(server_net_);
  if (client_net_ >= 0) ::close(client_net_);
}

void FirewallBed::listen() {
  enter(server_net_);
  for (const int family : {4, 6}) {
    for (const std::uint16_t port : kPorts) {
      const int fd = tcp_socket(family);
      const SocketAddress any = socket_address(family, family == 4 ? "0.0.0.0" : "::", port);
      if (::bind(fd, reinterpret_cast<const sockaddr*>(&any.storage), any.length) == 0) ::listen(fd, 512);
      listeners_.push_back(fd);
    }
  }
  enter(client_net_);
}

lab::Ran FirewallBed::run(const std::vector<std::string>& argv, const std::string& input) const {
  lab::Program program;
  program.argv = argv;
  program.input = input;
  enter(server_net_);
  auto ran = lab::run_program(program);
  enter(client_net_);
  if (ran) return *ran;
  lab::Ran none;
  none.status = 127;
  return none;
}

std::vector<ProbeEnd> FirewallBed::try_all(const std::vector<Probe>& probes) {
  std::vector<ProbeEnd> ends(probes.size());
  std::map<int, std::size_t> pending;
  std::vector<int> accepted;
  const int epoll = ::epoll_create1(EPOLL_CLOEXEC);
  for (const int fd : listeners_) watch(epoll, fd, EPOLLIN);
  for (std::size_t i = 0; i < probes.size(); ++i) {
    const Probe& probe = probes[i];
    if (probe.loopback) enter(server_net_);
    const int fd = tcp_socket(probe.family);
    if (probe.loopback) enter(client_net_);
    const SocketAddress from = socket_address(probe.family, probe.source, probe.source_port);
    const SocketAddress to =
        socket_address(probe.family, probe.loopback ? probe.source : server(probe.family), probe.port);
    ::bind(fd, reinterpret_cast<const sockaddr*>(&from.storage), from.length);
    pending[fd] = i;
    if (::connect(fd, reinterpret_cast<const sockaddr*>(&to.storage), to.length) != 0 &&
        errno != EINPROGRESS) {
      ends[i].error = errno;
      pending.erase(fd);
      ::close(fd);
      continue;
    }
    watch(epoll, fd, EPOLLOUT | EPOLLIN);
  }
  std::array<epoll_event, 64> events{};
  while (!pending.empty()) {
    const int count = ::epoll_wait(epoll, events.data(), static_cast<int>(events.size()), kSilenceMs);
    if (count <= 0) break;
    for (int i = 0; i < count; ++i) {
      const int fd = events[static_cast<std::size_t>(i)].data.fd;
      const auto client = pending.find(fd);
      if (client != pending.end()) {
        if (!step_client(epoll, fd, events[static_cast<std::size_t>(i)].events, ends[client->second]))
          continue;
        pending.erase(client);
        ::close(fd);
      } else if (std::find(listeners_.begin(), listeners_.end(), fd) != listeners_.end()) {
        const int peer = ::accept4(fd, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (peer < 0) continue;
        accepted.push_back(peer);
        watch(epoll, peer, EPOLLIN);
      } else {
        std::array<char, 8> bytes{};
        if (::recv(fd, bytes.data(), bytes.size(), 0) > 0) (void)!::send(fd, "ok", 2, MSG_NOSIGNAL);
        ::epoll_ctl(epoll, EPOLL_CTL_DEL, fd, nullptr);
      }
    }
  }
  const linger now{1, 0};
  for (const auto& entry : pending) {
    ::setsockopt(entry.first, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    ::close(entry.first);
  }
  for (const int fd : accepted) {
    ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    ::close(fd);
  }
  ::close(epoll);
  return ends;
}

}  // namespace reentry::differential
