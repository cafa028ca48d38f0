#include "host/proxy_process.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

namespace reentry {
namespace {

constexpr off_t kSaidKept = 4096;

// In the child: nothing is allocated here.
[[noreturn]] void become(const std::vector<char*>& words, int socket, int said) {
  if (::setpgid(0, 0) == 0 && ::dup2(socket, 0) >= 0 && ::dup2(socket, 1) >= 0 && ::dup2(said, 2) >= 0)
    ::execv(words.front(), words.data());
  ::_exit(127);
}

}  // namespace

ProxyProcess::ProxyProcess(pid_t child, Descriptor socket, Descriptor said)
    : child_(child), socket_(std::move(socket)), said_(std::move(said)) {}

ProxyProcess::ProxyProcess(ProxyProcess&& other) noexcept
    : child_(std::exchange(other.child_, -1)),
      socket_(std::move(other.socket_)),
      said_(std::move(other.said_)) {}

ProxyProcess::~ProxyProcess() {
  if (child_ <= 0) return;
  ::kill(-child_, SIGKILL);
  ::kill(child_, SIGKILL);
  while (::waitpid(child_, nullptr, 0) < 0 && errno == EINTR) continue;
}

int ProxyProcess::take_socket() {
  return socket_.release();
}

std::string ProxyProcess::said() const {
  struct stat raw {};
  if (::fstat(said_.get(), &raw) != 0 || raw.st_size <= 0) return {};
  std::string text(static_cast<std::size_t>(std::min(raw.st_size, kSaidKept)), '\0');
  const ssize_t n =
      ::pread(said_.get(), text.data(), text.size(), std::max<off_t>(raw.st_size - kSaidKept, 0));
  text.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  return text;
}

Result<ProxyProcess> start_proxy(const std::vector<std::string>& argv) {
  std::array<int, 2> pair{-1, -1};
  if (argv.empty() || ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.data()) != 0)
    return fail(ErrorKind::target, argv.empty() ? "proxy" : argv.front(), std::strerror(errno));
  Descriptor ours(pair[0]);
  const Descriptor theirs(pair[1]);
  Descriptor said(::memfd_create("reentry-proxy", MFD_CLOEXEC));
  if (!said.valid()) return fail(ErrorKind::target, argv.front(), std::strerror(errno));
  ::fcntl(ours.get(), F_SETFL, O_NONBLOCK);
  std::vector<char*> words;
  words.reserve(argv.size() + 1);
  for (const std::string& word : argv) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  const pid_t child = ::fork();
  if (child < 0) return fail(ErrorKind::target, argv.front(), std::strerror(errno));
  if (child == 0) become(words, theirs.get(), said.get());
  return ProxyProcess(child, std::move(ours), std::move(said));
}

}  // namespace reentry
