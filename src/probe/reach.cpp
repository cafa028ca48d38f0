#include "probe/reach.hpp"

#include <arpa/inet.h>
#include <linux/errqueue.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace reentry::probe {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kSilence{1000};        // after which the other ports are tried
constexpr milliseconds kOtherPortTime{2000};  // for each of those to connect
constexpr milliseconds kGreetingTime{1500};   // and to say something
constexpr milliseconds kAfterTheFirst{50};
constexpr std::size_t kGreetingBytes = 512;

struct SocketAddress {
  sockaddr_storage bytes{};
  socklen_t size = 0;
};

std::optional<SocketAddress> numeric(const std::string& address, int port) {
  SocketAddress out;
  auto* v4 = reinterpret_cast<sockaddr_in*>(&out.bytes);
  auto* v6 = reinterpret_cast<sockaddr_in6*>(&out.bytes);
  const std::string bare = address.substr(0, address.find('%'));
  if (::inet_pton(AF_INET, address.c_str(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons(static_cast<std::uint16_t>(port));
    out.size = sizeof *v4;
    return out;
  }
  if (::inet_pton(AF_INET6, bare.c_str(), &v6->sin6_addr) != 1) return std::nullopt;
  v6->sin6_family = AF_INET6;
  v6->sin6_port = htons(static_cast<std::uint16_t>(port));
  if (bare.size() < address.size()) v6->sin6_scope_id = ::if_nametoindex(address.c_str() + bare.size() + 1);
  out.size = sizeof *v6;
  return out;
}

std::string ip_text(const sockaddr_storage& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const bool v6 = address.ss_family == AF_INET6;
  const void* raw = v6 ? static_cast<const void*>(&reinterpret_cast<const sockaddr_in6&>(address).sin6_addr)
                       : &reinterpret_cast<const sockaddr_in&>(address).sin_addr;
  if (address.ss_family != AF_INET && !v6) return {};
  return ::inet_ntop(address.ss_family, raw, text.data(), text.size()) != nullptr ? text.data() : "";
}

ConnectTry::End end_of(int error) {
  switch (error) {
    case 0: return ConnectTry::End::connected;
    case ECONNREFUSED: return ConnectTry::End::refused;
    case ETIMEDOUT: return ConnectTry::End::timed_out;
    case ECONNRESET: return ConnectTry::End::reset;
    case EHOSTUNREACH: return ConnectTry::End::host_unreachable;
    case ENETUNREACH: return ConnectTry::End::net_unreachable;
    case EACCES:
    case EPERM: return ConnectTry::End::not_permitted;
    case EADDRNOTAVAIL: return ConnectTry::End::bad_source;
    default: return ConnectTry::End::failed;
  }
}

// Only an address of this machine's own can be bound to.
bool is_ours(sockaddr_storage address) {
  const bool v6 = address.ss_family == AF_INET6;
  if (!v6 && address.ss_family != AF_INET) return false;
  reinterpret_cast<sockaddr_in&>(address).sin_port = 0;
  const OpenSocket socket(::socket(address.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const socklen_t size = v6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
  return socket.valid() && ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), size) == 0;
}

// ip(7), IP_RECVERR: the message behind the error, where the kernel kept it (it does for a SYN since 5.9).
std::optional<IcmpNote> icmp_of(int fd) {
  alignas(cmsghdr) std::array<char, 512> control{};
  std::array<char, 256> payload{};
  iovec piece{payload.data(), payload.size()};
  msghdr message{};
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  if (::recvmsg(fd, &message, MSG_ERRQUEUE | MSG_DONTWAIT) < 0) return std::nullopt;
  for (cmsghdr* one = CMSG_FIRSTHDR(&message); one != nullptr; one = CMSG_NXTHDR(&message, one)) {
    const bool v4 = one->cmsg_level == IPPROTO_IP && one->cmsg_type == IP_RECVERR;
    const bool v6 = one->cmsg_level == IPPROTO_IPV6 && one->cmsg_type == IPV6_RECVERR;
    if ((!v4 && !v6) || one->cmsg_len < CMSG_LEN(sizeof(sock_extended_err) + sizeof(sockaddr_in))) continue;
    sock_extended_err what{};
    std::memcpy(&what, CMSG_DATA(one), sizeof what);
    if (what.ee_origin != SO_EE_ORIGIN_ICMP && what.ee_origin != SO_EE_ORIGIN_ICMP6) continue;
    sockaddr_storage from{};
    const std::size_t size = std::min<std::size_t>(one->cmsg_len - CMSG_LEN(sizeof what), sizeof from);
    std::memcpy(&from, CMSG_DATA(one) + sizeof what, size);
    return IcmpNote{what.ee_type, what.ee_code, v6, ip_text(from), is_ours(from)};
  }
  return std::nullopt;
}

std::int64_t since(Clock::time_point began) {
  return std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - began).count();
}

// One attempt under way.
struct Attempt {
  ConnectTry seen;
  OpenSocket socket;
  Clock::time_point began;
  Clock::time_point until;
  bool wants_greeting = false;
  std::string said;

  [[nodiscard]] bool connecting() const { return seen.end == ConnectTry::End::waiting; }
  [[nodiscard]] bool listening() const {
    return wants_greeting && seen.end == ConnectTry::End::connected && socket.valid();
  }
  [[nodiscard]] bool open() const { return connecting() || listening(); }

  void finish(int error) {
    seen.error = error;
    seen.end = end_of(error);
    seen.microseconds = since(began);
    if (error != 0) {
      if (socket.valid()) seen.icmp = icmp_of(socket.get());
      socket = OpenSocket();
    } else if (wants_greeting) {
      until = Clock::now() + kGreetingTime;
    }
  }
  void end_greeting() {
    if (!said.empty()) seen.greeting = said.substr(0, said.find_first_of("\r\n"));
    socket = OpenSocket();
  }
};

void start(Attempt& attempt, const std::optional<std::string>& bind, int segment) {
  attempt.began = Clock::now();
  const auto to = numeric(attempt.seen.address, attempt.seen.port);
  if (!to) return attempt.finish(EINVAL);
  attempt.socket = OpenSocket(::socket(to->bytes.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  const int fd = attempt.socket.get();
  if (fd < 0) return attempt.finish(errno);
  const int on = 1;
  if (to->bytes.ss_family == AF_INET6) {
    ::setsockopt(fd, IPPROTO_IPV6, IPV6_RECVERR, &on, sizeof on);
  } else {
    ::setsockopt(fd, IPPROTO_IP, IP_RECVERR, &on, sizeof on);
  }
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (segment > 0) ::setsockopt(fd, IPPROTO_TCP, TCP_MAXSEG, &segment, sizeof segment);
  if (bind) {
    const auto from = numeric(*bind, 0);
    if (!from) return attempt.finish(EADDRNOTAVAIL);
    if (::bind(fd, reinterpret_cast<const sockaddr*>(&from->bytes), from->size) != 0)
      return attempt.finish(errno);
  }
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&to->bytes), to->size) == 0) return attempt.finish(0);
  if (errno != EINPROGRESS) attempt.finish(errno);
}

void look_at(Attempt& attempt) {
  if (attempt.connecting()) {
    int error = 0;
    socklen_t size = sizeof error;
    if (::getsockopt(attempt.socket.get(), SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
    return attempt.finish(error);
  }
  std::array<char, kGreetingBytes> chunk{};
  const ssize_t n = ::recv(attempt.socket.get(), chunk.data(), chunk.size(), 0);
  if (n > 0) attempt.said.append(chunk.data(), static_cast<std::size_t>(n));
  const bool enough = attempt.said.find('\n') != std::string::npos || attempt.said.size() >= kGreetingBytes;
  if (enough || n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) attempt.end_greeting();
}

void expire(Attempt& attempt, Clock::time_point now) {
  if (!attempt.open() || now < attempt.until) return;
  if (attempt.connecting()) {
    attempt.finish(ETIMEDOUT);
  } else {
    attempt.end_greeting();
  }
}

// Waits until one of them has something to say, `until` at the latest.
void wait_for_any(std::vector<Attempt>& attempts, Clock::time_point until) {
  std::vector<pollfd> waits;
  std::vector<Attempt*> whose;
  for (Attempt& attempt : attempts) {
    if (!attempt.open()) continue;
    until = std::min(until, attempt.until);
    waits.push_back({attempt.socket.get(), static_cast<short>(attempt.connecting() ? POLLOUT : POLLIN), 0});
    whose.push_back(&attempt);
  }
  const auto left = std::chrono::duration_cast<milliseconds>(until - Clock::now()).count();
  ::poll(waits.data(), waits.size(), static_cast<int>(std::clamp<std::int64_t>(left + 1, 0, 1000)));
  for (std::size_t i = 0; i < waits.size(); ++i) {
    if (waits[i].revents != 0) look_at(*whose[i]);
  }
  for (Attempt& attempt : attempts) expire(attempt, Clock::now());
}

class Run {
 public:
  explicit Run(const ReachPlan& plan) : plan_(plan), began_(Clock::now()) {
    for (const std::string& address : plan.addresses) add(address, plan.port, plan.limit, false);
    wanted_ = attempts_.size();
  }

  Reached go() {
    Clock::time_point end = Clock::now() + plan_.limit + kOtherPortTime + kGreetingTime;
    while (Clock::now() < end && anything_open()) {
      wait_for_any(attempts_, end);
      if (const Attempt* first = first_connected(); first != nullptr && !settled_) {
        settled_ = true;
        const std::chrono::microseconds usual =
            std::chrono::microseconds(first->seen.microseconds) + kAfterTheFirst;
        // One that ssh itself would wait for first may be dead.
        const auto again =
            preferred_waits(first) ? std::max<std::chrono::microseconds>(usual, kSilence) : usual;
        end = std::min(end, Clock::now() + std::chrono::duration_cast<Clock::duration>(again));
      }
      if (!settled_ && !others_begun_ && (Clock::now() - began_ >= kSilence || all_failed())) try_others();
    }
    return result();
  }

 private:
  void add(const std::string& address, int port, milliseconds limit, bool other) {
    Attempt& attempt = attempts_.emplace_back();
    attempt.seen.address = address;
    attempt.seen.port = port;
    attempt.wants_greeting = other;
    attempt.until = Clock::now() + limit;
    start(attempt, plan_.bind, other ? 0 : plan_.segment);
  }
  void try_others() {
    others_begun_ = true;
    if (plan_.addresses.empty()) return;
    for (const int port : plan_.other_ports) {
      if (port != plan_.port) add(plan_.addresses.front(), port, kOtherPortTime, true);
    }
  }
  [[nodiscard]] bool anything_open() const {
    const bool open =
        std::any_of(attempts_.begin(), attempts_.end(), [](const Attempt& one) { return one.open(); });
    return open || (!settled_ && !others_begun_ && wanted_ > 0 && !plan_.other_ports.empty());
  }
  [[nodiscard]] bool all_failed() const {
    return std::none_of(attempts_.begin(), attempts_.begin() + static_cast<std::ptrdiff_t>(wanted_),
                        [](const Attempt& one) { return one.connecting(); });
  }
  [[nodiscard]] const Attempt* first_connected() const {
    for (std::size_t i = 0; i < wanted_; ++i) {
      if (attempts_[i].seen.end == ConnectTry::End::connected) return &attempts_[i];
    }
    return nullptr;
  }
  [[nodiscard]] bool preferred_waits(const Attempt* connected) const {
    return std::any_of(attempts_.data(), connected, [](const Attempt& one) { return one.connecting(); });
  }
  Reached result() {
    Reached out;
    for (std::size_t i = 0; i < attempts_.size(); ++i) {
      Attempt& attempt = attempts_[i];
      if (attempt.connecting()) attempt.seen.microseconds = since(attempt.began);
      if (i >= wanted_) {
        out.others.push_back(std::move(attempt.seen));
        continue;
      }
      if (attempt.seen.end == ConnectTry::End::connected && !out.socket.valid()) {
        out.socket = std::move(attempt.socket);
        out.connected = i;
      }
      out.tries.push_back(std::move(attempt.seen));
    }
    return out;
  }

  const ReachPlan& plan_;
  Clock::time_point began_;
  std::vector<Attempt> attempts_;
  std::size_t wanted_ = 0;
  bool settled_ = false;
  bool others_begun_ = false;
};

}  // namespace

OpenSocket& OpenSocket::operator=(OpenSocket&& other) noexcept {
  if (this != &other) {
    if (fd_ >= 0) ::close(fd_);
    fd_ = std::exchange(other.fd_, -1);
  }
  return *this;
}

OpenSocket::~OpenSocket() {
  if (fd_ >= 0) ::close(fd_);
}

Reached reach(const ReachPlan& plan) {
  return Run(plan).go();
}

}  // namespace reentry::probe
