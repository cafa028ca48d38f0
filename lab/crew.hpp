// Work shared out over child processes. A lab host is made by forking, and a forked child of a process with
// threads may only use what is async-signal-safe (fork(2)): so every maker of hosts is a process of its own.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

namespace reentry::lab {

// Runs `work(i)` for each i below `count`, `jobs` at a time in child processes, and hands each answer to
// `told(i, answer)` in the calling process as it comes: never two at once, in any order. Gives how many
// answers came; fewer than `count` where a child died or could not be made.
[[nodiscard]] std::size_t share_out(std::size_t count, unsigned jobs,
                                    const std::function<std::string(std::size_t)>& work,
                                    const std::function<void(std::size_t, std::string)>& told);

}  // namespace reentry::lab
