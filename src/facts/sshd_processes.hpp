// Which of a running host's sockets are sshd's.
#pragma once

#include <string>
#include <vector>

#include "facts/facts.hpp"

namespace reentry {

// A process that is the target's sshd: by its program, the one of the unit or any other called sshd.
[[nodiscard]] bool is_sshd(const Facts& facts, const SocketOwner& owner);

// A socket that sshd serves: held by one, or held by systemd for the socket unit, or, where nobody's name may
// be seen, greeted as SSH.
[[nodiscard]] bool is_sshd_socket(const Facts& facts, const ListeningSocket& socket);

// One of sshd's effective ListenAddress values is at this port.
[[nodiscard]] bool is_port_of(const std::vector<std::string>& listen_addresses, int port);
// The same of the target's own configuration.
[[nodiscard]] bool is_wanted_port(const Facts& facts, int port);

// The first sshd that holds a listening socket, or nullptr.
[[nodiscard]] const SocketOwner* listening_sshd(const Facts& facts);

// What was said on a new connection to this socket, or to another one of the same process; nullptr where
// nobody asked.
[[nodiscard]] const Greeting* greeting_of(const Facts& facts, const ListeningSocket& socket);

// It is SSH's: an identification string, or sshd's own refusal of one more connection
// (sshd.c:drop_connection: `Exceeded MaxStartups`, `Not allowed at this time`).
[[nodiscard]] bool is_ssh(const Greeting& greeting);

}  // namespace reentry
