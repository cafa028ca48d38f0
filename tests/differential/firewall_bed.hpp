// Two network namespaces with a cable between them: a server with a packet filter, a client with many
// addresses.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "lab/process.hpp"

namespace reentry::differential {

// One connection that is tried.
struct Probe {
  int family = 4;
  std::string source;
  std::uint16_t source_port = 0;
  std::uint16_t port = 22;
  bool loopback = false;
};

// What became of it.
struct ProbeEnd {
  bool connected = false;
  bool answered = false;  // bytes went to the server and back
  int error = 0;          // errno; 0: silence
};

class FirewallBed {
 public:
  // False where namespaces or veth are not to be had.
  [[nodiscard]] bool open();
  ~FirewallBed();

  // A program in the server's network.
  [[nodiscard]] lab::Ran run(const std::vector<std::string>& argv, const std::string& input = {}) const;
  // All probes at the same time.
  [[nodiscard]] std::vector<ProbeEnd> try_all(const std::vector<Probe>& probes);

  static const std::vector<std::string>& clients(int family);
  static const std::string& server(int family);

 private:
  void listen();

  pid_t holder_ = -1;  // a process that holds the server's network open
  int server_net_ = -1;
  int client_net_ = -1;
  std::vector<int> listeners_;
};

}  // namespace reentry::differential
