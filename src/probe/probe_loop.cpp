#include "probe/probe_loop.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <vector>

#include "probe/ssh_probe.hpp"

namespace reentry::probe {
namespace {

using Clock = std::chrono::steady_clock;
constexpr int kEvents = 256;
constexpr std::size_t kReadSize = 64 * 1024;
// How late a deadline may be noticed.
constexpr std::int64_t kTimerStep = 20'000;
constexpr std::int64_t kMicrosecond = 1000;  // nanoseconds

class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

std::int64_t microseconds_since(Clock::time_point begin) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - begin).count() / kMicrosecond;
}

void set_option(int fd, int level, int option, int value) {
  // Not every stream socket has it; none of these is needed for a right answer.
  (void)::setsockopt(fd, level, option, &value, sizeof value);
}

// One connection and its probe.
class Connection {
 public:
  Connection(ProbeJob job, std::size_t number)
      : job_(std::move(job)), probe_(job_.plan), number_(number), begin_(Clock::now()) {}

  // Begins to connect. The probe has ended at once where that fails.
  void open(int epoll) {
    if (job_.socket >= 0) {
      socket_ = Descriptor(job_.socket);
      if (!watch(epoll)) return probe_.hang_up(Hangup::io_error, now(), errno);
      connected_ = true;
      probe_.start(now());
      return write();
    }
    socket_ =
        Descriptor(::socket(job_.address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP));
    if (socket_.get() < 0) return probe_.hang_up(Hangup::not_connected, now(), errno);
    set_option(socket_.get(), IPPROTO_TCP, TCP_NODELAY, 1);
    if (job_.segment > 0) set_option(socket_.get(), IPPROTO_TCP, TCP_MAXSEG, job_.segment);
    if (job_.from &&
        ::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&*job_.from), job_.from_size) != 0)
      return probe_.hang_up(Hangup::not_connected, now(), errno);
    const int result =
        ::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&job_.address), job_.address_size);
    if (result != 0 && errno != EINPROGRESS) return probe_.hang_up(Hangup::not_connected, now(), errno);
    if (!watch(epoll)) probe_.hang_up(Hangup::io_error, now(), errno);
  }

  void event(std::uint32_t events, std::array<char, kReadSize>& buffer) {
    if (!connected_ && !finish_connect()) return;
    if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR | EPOLLRDHUP)) != 0) read(buffer);
    write();
  }

  void tick() {
    probe_.tick(now());
    write();
  }
  void stop() { probe_.hang_up(Hangup::stopped, now()); }
  [[nodiscard]] bool due() const { return now() >= probe_.deadline(); }
  [[nodiscard]] bool finished() const { return probe_.finished(); }
  [[nodiscard]] std::size_t number() const { return number_; }
  [[nodiscard]] const ProbeReply& reply() const { return probe_.reply(); }

 private:
  [[nodiscard]] std::int64_t now() const { return microseconds_since(begin_); }
  bool watch(int epoll) {
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
    event.data.ptr = this;
    return ::epoll_ctl(epoll, EPOLL_CTL_ADD, socket_.get(), &event) == 0;
  }
  bool finish_connect() {
    int error = 0;
    socklen_t size = sizeof error;
    if (::getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
    if (error != 0) {
      probe_.hang_up(Hangup::not_connected, now(), error);
      return false;
    }
    connected_ = true;
    probe_.start(now());
    return true;
  }
  // Until nothing is left (the queue tells of changes only).
  void read(std::array<char, kReadSize>& buffer) {
    while (!probe_.finished()) {
      const ssize_t got = ::recv(socket_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
      if (got > 0) {
        // An acknowledgement that waits would make the server's Nagle wait.
        if (job_.socket < 0) set_option(socket_.get(), IPPROTO_TCP, TCP_QUICKACK, 1);
        probe_.receive({buffer.data(), static_cast<std::size_t>(got)}, now());
        continue;
      }
      if (got < 0 && errno == EINTR) continue;
      if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
      if (got == 0) return probe_.hang_up(Hangup::closed, now());
      return probe_.hang_up(errno == ECONNRESET || errno == EPIPE ? Hangup::reset : Hangup::io_error, now(),
                            errno);
    }
  }
  void write() {
    if (!connected_ || write_failed_) return;
    while (!probe_.output().empty()) {
      const std::string_view out = probe_.output();
      const ssize_t put = ::send(socket_.get(), out.data(), out.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (put > 0) {
        probe_.sent(static_cast<std::size_t>(put));
        continue;
      }
      if (put < 0 && errno == EINTR) continue;
      // What the server said before it hung up is still to be read: reading ends the probe, not writing.
      write_failed_ = put < 0 && errno != EAGAIN && errno != EWOULDBLOCK;
      return;
    }
  }

  ProbeJob job_;
  SshProbe probe_;
  std::size_t number_;
  Clock::time_point begin_;
  Descriptor socket_;
  bool connected_ = false;
  bool write_failed_ = false;
};

class Loop {
 public:
  Loop(const NextJob& next, const JobDone& done, const LoopLimits& limits)
      : next_(next), done_(done), most_(std::max<std::size_t>(1, limits.most_at_once)) {}

  [[nodiscard]] bool ready() const { return epoll_.get() >= 0; }
  void run(const std::function<bool()>& stop) {
    std::array<epoll_event, kEvents> events{};
    std::int64_t next_look = 0;
    fill();
    while (!running_.empty()) {
      const int count =
          ::epoll_wait(epoll_.get(), events.data(), kEvents, static_cast<int>(kTimerStep / 1000));
      for (int i = 0; i < count; ++i) {
        const epoll_event& event = events[static_cast<std::size_t>(i)];
        static_cast<Connection*>(event.data.ptr)->event(event.events, buffer_);
      }
      const bool look = microseconds_since(begin_) >= next_look;
      if (look) next_look = microseconds_since(begin_) + kTimerStep;
      const bool stopping = look && stop && stop();
      if (stopping) exhausted_ = true;
      reap(look, stopping);
      fill();
    }
  }

 private:
  void fill() {
    while (!exhausted_ && running_.size() < most_) {
      std::optional<ProbeJob> job = next_();
      if (!job) {
        exhausted_ = true;
        return;
      }
      auto connection = std::make_unique<Connection>(*std::move(job), begun_++);
      connection->open(epoll_.get());
      if (connection->finished())
        done_(connection->number(), connection->reply());
      else
        running_.push_back(std::move(connection));
    }
  }
  void reap(bool look_at_clocks, bool stopping) {
    for (std::size_t i = 0; i < running_.size();) {
      Connection& connection = *running_[i];
      if (stopping) connection.stop();
      if (look_at_clocks && !connection.finished() && connection.due()) connection.tick();
      if (!connection.finished()) {
        ++i;
        continue;
      }
      done_(connection.number(), connection.reply());
      std::swap(running_[i], running_.back());
      running_.pop_back();
    }
  }

  const NextJob& next_;
  const JobDone& done_;
  std::size_t most_;
  Descriptor epoll_{::epoll_create1(EPOLL_CLOEXEC)};
  Clock::time_point begin_ = Clock::now();
  std::vector<std::unique_ptr<Connection>> running_;
  std::array<char, kReadSize> buffer_{};
  std::size_t begun_ = 0;
  bool exhausted_ = false;
};

}  // namespace

Result<void> run_probes(const NextJob& next, const JobDone& done, const LoopLimits& limits,
                        const std::function<bool()>& stop) {
  const auto loop = std::make_unique<Loop>(next, done, limits);
  if (!loop->ready()) return fail(ErrorKind::internal, "the event queue", std::strerror(errno));
  loop->run(stop);
  return {};
}

Result<ProbeReply> run_probe(ProbeJob job) {
  ProbeReply out;
  std::optional<ProbeJob> one = std::move(job);
  TRY_VOID(run_probes([&] { return std::exchange(one, std::nullopt); },
                      [&](std::size_t, ProbeReply reply) { out = std::move(reply); }, {1}));
  return out;
}

Result<ProbeReply> run_probe_patiently(const ProbeJob& job, int& connections) {
  ++connections;
  TRY(ProbeReply first, run_probe(job));
  if (!first.choked_on_pipelining || job.socket >= 0) return first;
  ProbeJob again = job;
  auto plan = std::make_shared<ProbePlan>(*job.plan);
  plan->pipelining = false;
  again.plan = std::move(plan);
  ++connections;
  return run_probe(std::move(again));
}

}  // namespace reentry::probe
