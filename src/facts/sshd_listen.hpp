// Which addresses sshd listens on, from Port, ListenAddress, AddressFamily and an enabled socket unit.
// Sources: OpenSSH servconf.c (process_queued_listen_addrs, add_listen_addr), systemd.socket(5).
#pragma once

#include <string>
#include <vector>

#include "facts/sshd_config.hpp"

namespace reentry {

// Turns the arguments of the ListenAddress lines in `addresses` into `HOST:PORT` with IPv6 in brackets, one
// for each port where a line has none, or every address of the family where there is no line. `streams` of a
// socket unit, when there are any, replace both settings.
void listen_addresses(const std::vector<std::string>& streams, const std::string& family, Setting& ports,
                      Setting& addresses);

}  // namespace reentry
