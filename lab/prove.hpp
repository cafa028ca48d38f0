// Holds scenarios against reality: a scenario that the real sshd does not bear out is a bug of the scenario.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "lab/host.hpp"
#include "lab/scenario.hpp"

namespace reentry::lab {

struct Proof {
  bool holds = false;
  std::string why_not;  // one line; empty where it holds
  std::string client;   // what the client said at the login that decided
  std::string server;   // what the server wrote meanwhile, or why it did not start
};

// Makes the scenario's host, shows that the login works, breaks it, shows that it does not (or, where the
// scenario says harmless, that it still does). On a disk sshd is down while it is broken; a living host runs
// on, and `when: reboot` shows that the login works until the reboot. Fails where the lab itself fails.
[[nodiscard]] Result<Proof> prove(const BaseTree& tree, const Scenario& scenario);

// Proves them all, `jobs` at a time, and tells each outcome as it is there (never two at once, in any order).
// What the lab itself could not do is told as a proof that does not hold.
void prove_all(const std::vector<Scenario>& scenarios, unsigned jobs,
               const std::function<void(const Scenario&, const Proof&)>& told);

// A host in the scenario's broken state with sshd started as far as it starts, for whoever wants to look or
// to mend; not yet rebooted. `state` is set to how the start went, where given; on a living host, where sshd
// was started before the fault, that it runs.
[[nodiscard]] Result<LabHost> broken_host(const BaseTree& tree, const Scenario& scenario,
                                          ServiceState* state = nullptr, std::string name = {});

}  // namespace reentry::lab
