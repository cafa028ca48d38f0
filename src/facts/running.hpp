// What only a system that runs can tell: who listens, what a new connection is told, what systemd thinks of
// its units. Of a mounted root nothing of this is known.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/known.hpp"
#include "facts/packet_values.hpp"

namespace reentry {

// What a program of the target answered.
struct SystemAnswer {
  int status = 0;         // exit status; 128 + N for signal N
  std::string out;        // standard output
  std::string complaint;  // standard error
  bool operator==(const SystemAnswer&) const = default;
};

// A process that holds a socket.
struct SocketOwner {
  int pid = 0;
  std::string program;                      // its executable, empty if that can't be seen
  bool deleted = false;                     // the file that it was started from is gone or was replaced
  bool foreign = false;                     // another root than ours: a container's
  std::string title;                        // its command line, words parted by blanks, cut at 512 bytes
  std::int64_t started = 0;                 // seconds since 1970 UTC, 0: unknown
  std::vector<std::string> lost_libraries;  // mapped, and gone or replaced on the disk
  bool operator==(const SocketOwner&) const = default;
};

// A TCP socket in state LISTEN of our network namespace.
struct ListeningSocket {
  std::string address;  // `0.0.0.0`, `::`, `203.0.113.7`
  int port = 0;
  bool v6 = false;
  bool v6_only = false;             // IPV6_V6ONLY: IPv4 clients are not served
  std::vector<SocketOwner> owners;  // empty: none that we may see
  bool operator==(const ListeningSocket&) const = default;
};

// How a new connection went, up to the identification string (RFC 4253, 4.2).
struct Greeting {
  enum class End {
    greeted,    // something was said, see `said`
    refused,    // nobody listens, or a filter answers in its stead
    closed,     // accepted, then closed or reset without a word
    silent,     // accepted, and nothing came in time
    unreached,  // no answer to the connection at all, or another error: see `said`
  };
  End end = End::unreached;
  std::string said;  // the first line without its end, or the error's text
  bool operator==(const Greeting&) const = default;
};

// A unit as systemd sees it: `systemctl show`, by property.
struct UnitState {
  std::map<std::string, std::string> properties;
  [[nodiscard]] std::string get(const std::string& name) const {
    const auto found = properties.find(name);
    return found == properties.end() ? std::string() : found->second;
  }
  [[nodiscard]] bool loaded() const { return get("LoadState") == "loaded"; }
  [[nodiscard]] bool active() const {
    const std::string state = get("ActiveState");
    return state == "active" || state == "reloading";
  }
};

struct RunningFacts {
  bool collected = false;  // the target runs, and was asked
  bool systemd = false;    // it is process 1 (sd_booted(3))
  Known<UnitState> service;
  Known<UnitState> socket;
  Known<std::vector<ListeningSocket>> sockets;
  Known<std::vector<NetAddress>> addresses;    // of all interfaces
  Known<std::vector<std::string>> interfaces;  // names, loopback and the kernel's own tunnels aside
  // New connections on this very host to sockets of sshd's ports, by `ADDRESS PORT`.
  std::map<std::pair<std::string, int>, Greeting> greetings;
  std::int64_t read_at = 0;          // when the sshd that listens read its configuration last, 0: unknown
  std::vector<std::string> changed;  // files and folders of its configuration that changed since
  std::vector<std::string> journal;  // the last words of a unit that failed, oldest first
  bool privileged = false;           // we may see everything: effective uid 0
};

}  // namespace reentry
