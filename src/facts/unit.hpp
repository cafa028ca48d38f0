// The systemd unit that starts sshd, as its files say it.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "base/known.hpp"

namespace reentry {

// A line of a unit file or environment file.
struct UnitLine {
  std::string file;  // path as the target sees it
  std::size_t line = 0;
  std::string text;  // the value
};

struct UnitFacts {
  bool found = false;
  std::string name;                         // `ssh.service` or `sshd.service`
  std::string file;                         // the file that defines it
  bool masked = false;                      // a link to /dev/null, or an empty file
  bool enabled = false;                     // a link to it stands in some *.target.wants or *.target.requires
  std::vector<UnitLine> exec_start;         // in effect after drop-ins, variables as they stand
  std::vector<std::string> command;         // the words of the last ExecStart, variables expanded
  UnitLine command_at;                      // where that line stands
  std::vector<Missing> unread;              // unit and environment files that could not be read
  bool by_systemd = false;                  // the target's init is systemd
  std::vector<std::string> wanted_by;       // WantedBy= of its [Install] section
  bool after_network_online = false;        // ordered after network-online.target
  bool may_precede_addresses = false;       // it waits for no address, and a ListenAddress names one
  std::vector<std::string> other_starters;  // files that may start it although no link does

  bool socket_found = false;
  std::string socket_name;  // `ssh.socket` or `sshd.socket`
  bool socket_masked = false;
  bool socket_enabled = false;           // a link to it stands in sockets.target.wants
  bool socket_accept = false;            // Accept=yes: one sshd a connection
  std::vector<UnitLine> listen_streams;  // of the socket, in effect after drop-ins
};

}  // namespace reentry
