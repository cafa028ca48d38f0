// What a target that runs says of its sshd: systemd, the sockets, a new connection.
#pragma once

#include <future>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "facts/facts.hpp"
#include "host/file_tree.hpp"
#include "host/running_system.hpp"

namespace reentry {

// Who listens, and what those tell a new connection that stand where sshd should.
struct Listeners {
  Known<std::vector<ListeningSocket>> sockets;
  std::map<std::pair<std::string, int>, Greeting> greetings;
  std::set<int> asked;  // the processes, each once; minus the port where a socket has none that we see
};
// Being asked: a greeting waits for sshd to start anew for the connection. Needs the configuration in
// `facts`, of which nothing is kept. The system must outlive it.
using ListenersAnswer = std::future<Listeners>;
[[nodiscard]] ListenersAnswer ask_for_listeners(RunningSystem& system, const Facts& facts);

// Fills facts.running; its `collected` stays false where the target does not run. Needs the configuration,
// the unit and the service in `facts`. Waits for the answer.
void collect_running(FileTree& tree, RunningSystem& system, ListenersAnswer asked, Facts& facts);

}  // namespace reentry
