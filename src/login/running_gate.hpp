// What it means for a login that the target runs: whether an sshd listens and answers at this moment.
#pragma once

#include <optional>
#include <vector>

#include "facts/facts.hpp"
#include "login/gates.hpp"
#include "login/trace.hpp"

namespace reentry {

// An sshd listens, and a new connection is not greeted.
[[nodiscard]] bool listens_in_vain(const Facts& facts);

// Takes from the gates of sshd's start what a running sshd does not meet: all where it greets, the unit and
// the configuration where it only listens.
void lift_for_running(const Facts& facts, std::vector<Gate>& gates);

// service/running: at the moment `now` of a target that runs. Refuses where nobody listens and no gate of the
// start says why, where another program has the port, or where sshd takes connections and says nothing.
[[nodiscard]] Gate running_gate(const GateInput& input);

// Another program on a port that sshd should have, on a socket of this family; nothing where there is none.
[[nodiscard]] std::optional<Obstacle> taken_port(const Facts& facts, bool v6);

// service/loaded-config: unknown where the configuration changed since the running sshd read it.
[[nodiscard]] Gate loaded_config_gate(const GateInput& input);

// A gate that refuses by a line which the running sshd may never have read does not refuse now.
void hold_back_unread(const Facts& facts, std::vector<Gate>& gates);

}  // namespace reentry
