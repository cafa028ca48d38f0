#include "peers.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <string_view>
#include <thread>
#include <vector>

namespace reentry::testing {
namespace {

constexpr int kNoError = 0;
constexpr int kServerFailure = 2;
constexpr int kNoSuchName = 3;
constexpr std::size_t kHeader = 12;

int bound(int type, int port) {
  const int fd = ::socket(AF_INET, type | SOCK_CLOEXEC, 0);
  const int on = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_port = htons(static_cast<std::uint16_t>(port));
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::bind(fd, reinterpret_cast<const sockaddr*>(&at), sizeof at) == 0) return fd;
  ::close(fd);
  return -1;
}

struct Zone {
  std::string_view label;
  std::vector<std::string_view> v4;
  std::vector<std::string_view> v6;
};

const std::vector<Zone>& zones() {
  static const std::vector<Zone> all = {
      {"v4", {"10.99.0.1"}, {}},
      {"v6", {}, {"fd00:99::1"}},
      {"both", {"10.99.0.1"}, {"fd00:99::1"}},
      {"two", {"10.99.0.1"}, {"fd00:99::dead"}},
      {"moved", {"10.99.0.1"}, {}},
  };
  return all;
}

// The first label of the name that is asked for, its type, and where the question ends.
struct Asked {
  std::string label;
  std::string last;
  int type = 0;
  std::size_t end = 0;
};

Asked asked_in(std::string_view query) {
  Asked out;
  std::size_t at = kHeader;
  while (at < query.size() && query[at] != 0) {
    const auto length = static_cast<unsigned char>(query[at]);
    out.last = std::string(query.substr(at + 1, length));
    if (out.label.empty()) out.label = out.last;
    at += length + 1U;
  }
  if (at + 5 > query.size()) return out;
  out.type = static_cast<unsigned char>(query[at + 2]);
  out.end = at + 5;
  return out;
}

// RFC 1035 4.1: the question, and an A or AAAA record for each address.
std::string answer_to(std::string_view query) {
  const Asked asked = asked_in(query);
  if (asked.end == 0 || asked.label == "silent") return {};
  int code = asked.label == "servfail" ? kServerFailure : kNoSuchName;
  std::string records;
  int count = 0;
  for (const Zone& zone : zones()) {
    if (zone.label != asked.label || asked.last != "test") continue;
    code = kNoError;
    const bool v6 = asked.type == 28;
    for (const std::string_view address : v6 ? zone.v6 : zone.v4) {
      std::array<char, 16> raw{};
      ::inet_pton(v6 ? AF_INET6 : AF_INET, std::string(address).c_str(), raw.data());
      records += std::string("\xc0\x0c\0", 3) + static_cast<char>(asked.type) +
                 std::string("\0\1\0\0\0\0\0", 7) + static_cast<char>(v6 ? 16 : 4);
      records.append(raw.data(), v6 ? 16 : 4);
      ++count;
    }
  }
  std::string out(query.substr(0, 2));
  out += static_cast<char>(0x81);
  out += static_cast<char>(0x80 | code);
  out += std::string("\0\1\0", 3) + static_cast<char>(count) + std::string(4, '\0');
  out += query.substr(kHeader, asked.end - kHeader);
  return out + records;
}

void serve_names(int fd) {
  for (;;) {
    std::array<char, 1500> bytes{};
    sockaddr_storage from{};
    socklen_t size = sizeof from;
    auto* const whom = reinterpret_cast<sockaddr*>(&from);
    const ssize_t n = ::recvfrom(fd, bytes.data(), bytes.size(), 0, whom, &size);
    if (n <= static_cast<ssize_t>(kHeader)) continue;
    const std::string answer = answer_to({bytes.data(), static_cast<std::size_t>(n)});
    if (!answer.empty()) ::sendto(fd, answer.data(), answer.size(), 0, whom, size);
  }
}

bool say(int fd, std::string_view text) {
  return ::send(fd, text.data(), text.size(), MSG_NOSIGNAL) >= 0;
}

void wait_for_the_end(int fd) {
  std::array<char, 4096> bytes{};
  while (::recv(fd, bytes.data(), bytes.size(), 0) > 0) {
  }
}

constexpr std::string_view kBanner = "SSH-2.0-OpenSSH_9.2\r\n";

void misbehave(int fd, int port) {
  using std::chrono::milliseconds;
  switch (port) {
    case kClosesAtOnce: break;
    case kResets: {
      // Not before the client has seen that it is connected.
      std::this_thread::sleep_for(milliseconds(200));
      const linger now{1, 0};
      ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
      break;
    }
    case kHttp: say(fd, "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"); break;
    case kTlsAlert: say(fd, std::string_view("\x15\x03\x01\x00\x02\x02\x28", 7)); break;
    case kProtocolOne:
      say(fd, "SSH-1.5-1.2.27\r\n");
      wait_for_the_end(fd);
      break;
    case kEndlessLines:
      while (say(fd, "a line of no end\r\n")) std::this_thread::sleep_for(milliseconds(1));
      break;
    case kByteByByte:
      while (say(fd, "x")) std::this_thread::sleep_for(milliseconds(1000));
      break;
    case kMaxStartups: say(fd, "Exceeded MaxStartups\r\n"); break;
    case kNotAllowed: say(fd, "Not allowed at this time\r\n"); break;
    case kGarbageKexInit:
      say(fd, std::string(kBanner) + std::string("\0\0\0\x2c\x06\x14", 6) + std::string(64, '\xee'));
      wait_for_the_end(fd);
      break;
    case kHugePacket:
      say(fd, std::string(kBanner) + std::string("\0\x10\0\0\x04\x14", 6) + std::string(1 << 20, 'A'));
      wait_for_the_end(fd);
      break;
    case kClosesAfterBanner: say(fd, kBanner); break;
    case kSilentAfterBanner: say(fd, kBanner); [[fallthrough]];
    default: wait_for_the_end(fd);
  }
  ::close(fd);
}

void take_all(int listening, int port) {
  for (;;) {
    const int fd = ::accept4(listening, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd >= 0) std::thread(misbehave, fd, port).detach();
  }
}

}  // namespace

std::string start_name_server() {
  const int fd = bound(SOCK_DGRAM, 53);
  if (fd < 0) return std::strerror(errno);
  std::thread(serve_names, fd).detach();
  return {};
}

std::string start_bad_servers() {
  for (int port = kSaysNothing; port < kBadPortEnd; ++port) {
    const int fd = bound(SOCK_STREAM, port);
    if (fd < 0 || ::listen(fd, 16) != 0) return std::strerror(errno);
    std::thread(take_all, fd, port).detach();
  }
  return {};
}

}  // namespace reentry::testing
