// `reentry lab`: throwaway real hosts with a chosen fault.
#pragma once

#include "cli/options.hpp"

namespace reentry::cli {

// list: the scenarios and the hosts that were kept. run SCENARIO: makes the host, shows the login as the
// client sees it and what `reentry check` says of it; with --keep the host stays. prove [SCENARIO...]: holds
// scenarios against the real sshd. restart HOST: starts sshd of a kept host again. end [HOST...]: ends kept
// hosts (all). Exit status: of `check` for run; 1 where a proof does not hold, sshd does not start; 2, 3 as
// everywhere.
[[nodiscard]] int run_lab(const LabOptions& options);

}  // namespace reentry::cli
