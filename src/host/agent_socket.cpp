#include "host/agent_socket.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "facts/agent_reply.hpp"
#include "host/descriptor.hpp"

namespace reentry {
namespace {

using Clock = std::chrono::steady_clock;

bool ready(int fd, short events, Clock::time_point end) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
  struct pollfd wait = {fd, events, 0};
  return left > 0 && ::poll(&wait, 1, static_cast<int>(left)) == 1;
}

bool send_all(int fd, std::string_view message, Clock::time_point end) {
  while (!message.empty()) {
    if (!ready(fd, POLLOUT, end)) return false;
    const ssize_t n = ::send(fd, message.data(), message.size(), MSG_NOSIGNAL);
    if (n < 0 && errno != EAGAIN && errno != EINTR) return false;
    if (n > 0) message.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

}  // namespace

Known<std::string> ask_agent(const std::string& path, std::string_view message,
                             std::chrono::milliseconds limit) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path)
    return Missing{Why::absent, path, "not the path of a socket"};
  std::copy(path.begin(), path.end(), address.sun_path);
  const Descriptor fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd.valid()) return Missing{Why::unreadable, path, std::strerror(errno)};
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    const Why why = errno == ENOENT ? Why::absent : errno == EACCES ? Why::denied : Why::unreadable;
    return Missing{why, path, std::strerror(errno)};
  }
  const auto end = Clock::now() + limit;
  if (!send_all(fd.get(), message, end)) return Missing{Why::unreadable, path, "it takes no question"};
  std::string answer;
  for (;;) {
    const auto whole = agent_message_size(answer);
    if (whole && *whole == 0) return Missing{Why::unreadable, path, "not an agent's answer"};
    if (whole && answer.size() >= *whole) return answer.substr(0, *whole);
    std::array<char, 16384> chunk{};
    if (!ready(fd.get(), POLLIN, end)) return Missing{Why::unreadable, path, "no answer in time"};
    const ssize_t n = ::recv(fd.get(), chunk.data(), chunk.size(), 0);
    if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
      return Missing{Why::unreadable, path, "it hung up"};
    if (n > 0) answer.append(chunk.data(), static_cast<std::size_t>(n));
  }
}

}  // namespace reentry
