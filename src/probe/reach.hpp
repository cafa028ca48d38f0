// TCP connections to several addresses at a time, and what ended each.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "facts/reach.hpp"

namespace reentry::probe {

// Closes its descriptor.
class OpenSocket {
 public:
  OpenSocket() = default;
  explicit OpenSocket(int fd) : fd_(fd) {}
  OpenSocket(OpenSocket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  OpenSocket& operator=(OpenSocket&& other) noexcept;
  OpenSocket(const OpenSocket&) = delete;
  OpenSocket& operator=(const OpenSocket&) = delete;
  ~OpenSocket();

  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] bool valid() const { return fd_ >= 0; }
  // Gives it away.
  [[nodiscard]] int release() { return std::exchange(fd_, -1); }

 private:
  int fd_ = -1;
};

struct ReachPlan {
  std::vector<std::string> addresses;  // numeric, with `%zone` where link-local; in the order of preference
  int port = 22;
  std::optional<std::string> bind;  // a numeric address of ours (BindAddress)
  std::chrono::milliseconds limit{10'000};
  // Ports of the first address that are tried besides once the wanted one has failed, or was silent for a
  // second: whether anything answers there, and speaks SSH.
  std::vector<int> other_ports;
  int segment = 0;  // TCP_MAXSEG of the wanted connections, 0: the kernel's own
};

struct Reached {
  std::vector<ConnectTry> tries;   // of the wanted port, in the order of the addresses
  std::vector<ConnectTry> others;  // of the other ports
  OpenSocket socket;               // of the most preferred address that connected, non-blocking
  std::size_t connected = 0;       // its place in `tries`
};

// All addresses are tried side by side; as soon as one is connected the rest has as long again as that took,
// and 50 ms, to do as well; a full second where ssh would have waited for one of those before it. Sends
// nothing on any of them.
[[nodiscard]] Reached reach(const ReachPlan& plan);

}  // namespace reentry::probe
