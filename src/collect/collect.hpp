// A target read once, into facts.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "facts/facts.hpp"
#include "host/file_tree.hpp"
#include "host/running_system.hpp"

namespace reentry {

// Reads everything that decides the logins of `users` (all accounts where it is empty) from `tree`, and of a
// target that runs from `system`.
// `now` is the clock to judge expiry by. Fails (target) when the tree is no Linux root: it has no /etc.
[[nodiscard]] Result<Facts> collect(FileTree& tree, RunningSystem& system, TargetFacts target,
                                    std::int64_t now, const std::vector<std::string>& users);
// Of a root that does not run.
[[nodiscard]] Result<Facts> collect(FileTree& tree, TargetFacts target, std::int64_t now,
                                    const std::vector<std::string>& users);

}  // namespace reentry
