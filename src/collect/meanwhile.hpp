// A question to the target that takes long, asked while other facts are read.
#pragma once

#include <future>
#include <system_error>
#include <type_traits>
#include <utility>

#include "host/running_system.hpp"

namespace reentry {

// What `ask()` returns. Begun now, on a thread of its own, where the target runs; else, and where no thread
// is to be had (a host that is out of processes), when it is waited for. What `ask` refers to must outlive
// the future.
template <typename Ask>
[[nodiscard]] std::future<std::invoke_result_t<Ask>> ask_meanwhile(const RunningSystem& system, Ask ask) {
  if (!system.runs()) return std::async(std::launch::deferred, std::move(ask));
  try {
    return std::async(std::launch::async, ask);
  } catch (const std::system_error&) {
    return std::async(std::launch::deferred, std::move(ask));
  }
}

}  // namespace reentry
