#include "real_sshd.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace reentry::differential {
namespace {

void drain(int out, int err, SshdReply& reply) {
  pollfd fds[2] = {{out, POLLIN, 0}, {err, POLLIN, 0}};
  int open = 2;
  while (open > 0) {
    if (::poll(fds, 2, 20'000) <= 0) return;
    for (pollfd& fd : fds) {
      if (fd.fd < 0 || fd.revents == 0) continue;
      char buffer[65536];
      const ssize_t got = ::read(fd.fd, buffer, sizeof buffer);
      if (got <= 0) {
        fd.fd = -1;
        --open;
        continue;
      }
      (fd.fd == out ? reply.out : reply.err).append(buffer, static_cast<std::size_t>(got));
    }
  }
}

}  // namespace

SshdReply RealSshd::run(const std::vector<std::string>& arguments) const {
  SshdReply reply;
  int out[2];
  int err[2];
  if (::pipe2(out, O_CLOEXEC) != 0 || ::pipe2(err, O_CLOEXEC) != 0) return reply;
  const pid_t child = ::fork();
  if (child == 0) {
    if (root_ != "/" && ::chroot(root_.c_str()) != 0) ::_exit(126);
    if (::chdir("/") != 0) ::_exit(126);
    ::dup2(out[1], 1);
    ::dup2(err[1], 2);
    std::vector<char*> argv{const_cast<char*>(program_.c_str())};
    for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    ::execv(program_.c_str(), argv.data());
    ::_exit(127);
  }
  ::close(out[1]);
  ::close(err[1]);
  if (child > 0) {
    drain(out[0], err[0], reply);
    int status = 0;
    ::waitpid(child, &status, 0);
    if (WIFEXITED(status)) reply.status = WEXITSTATUS(status);
  }
  ::close(out[0]);
  ::close(err[0]);
  reply.err.erase(std::remove(reply.err.begin(), reply.err.end(), '\r'), reply.err.end());
  return reply;
}

SshBuild RealSshd::build() const {
  SshBuild build;
  const SshdReply reply = run({"-V"});
  const std::size_t at = reply.err.find("OpenSSH_");
  if (at == std::string::npos) return build;
  int patch = 1;
  const char* text = reply.err.c_str() + at;
  if (std::sscanf(text, "OpenSSH_%d.%dp%d", &build.version.major, &build.version.minor, &patch) < 2)
    return build;
  build.version.patch = patch;
  build.version_known = true;
  // The tests run where Debian and its kin are.
  build.named_ports = ::access((root_ + "/etc/services").c_str(), R_OK) == 0;
  build.vendor = ::access("/etc/debian_version", R_OK) == 0 ? Vendor::debian : Vendor::upstream;
  return build;
}

}  // namespace reentry::differential
