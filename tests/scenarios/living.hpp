// The program under test inside a living host (bed: live, bed: systemd), and what of its disk counts there.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "lab/host.hpp"
#include "lab/scenario.hpp"
#include "scenarios/snapshot.hpp"

namespace reentry {

// Lends the program to the host; again after each reboot.
[[nodiscard]] Result<void> take_along(lab::LabHost& host, const std::string& program);

// `VERB OPTION... ` with the scenario's question, as root inside the host; `check` and `fix` are asked about
// the time after the next reboot where the scenario is (`--reboot`).
[[nodiscard]] Result<lab::Ran> ask_inside(lab::LabHost& host, const lab::Scenario& scenario,
                                          std::vector<std::string> words);

// The layers of its disk without what a host that runs changes by itself.
[[nodiscard]] Layers living_layers(const lab::LabHost& host, const std::string& lower);

}  // namespace reentry
