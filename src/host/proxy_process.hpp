// A program that ssh would speak through: a ProxyCommand, or another ssh on a jump host.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "base/result.hpp"
#include "host/descriptor.hpp"

namespace reentry {

// Ended with all of its children when it goes.
class ProxyProcess {
 public:
  ProxyProcess(ProxyProcess&& other) noexcept;
  ProxyProcess& operator=(ProxyProcess&&) = delete;
  ProxyProcess(const ProxyProcess&) = delete;
  ProxyProcess& operator=(const ProxyProcess&) = delete;
  ~ProxyProcess();

  // Our end of the socket that is its standard input and output; given away.
  [[nodiscard]] int take_socket();
  // What it has said on standard error so far: the last 4 KiB.
  [[nodiscard]] std::string said() const;

 private:
  friend Result<ProxyProcess> start_proxy(const std::vector<std::string>& argv);
  ProxyProcess(pid_t child, Descriptor socket, Descriptor said);

  pid_t child_ = -1;
  Descriptor socket_;
  Descriptor said_;
};

// Starts argv[0], a path, in this process's environment, as ssh does for its ProxyCommand. Fails (target)
// where it can't be started.
[[nodiscard]] Result<ProxyProcess> start_proxy(const std::vector<std::string>& argv);

}  // namespace reentry
