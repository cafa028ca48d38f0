// Work split over child processes: lab hosts want one thread each, and a crash of one must not end the
// others.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <vector>

namespace reentry::testing_support {

// Runs `work(number)` in `jobs` children, numbers 0 … jobs-1, and gives what each returned, in the order in
// which they end. A child that dies leaves no tally. `Tally` must be trivially copyable.
template <typename Tally, typename Work>
[[nodiscard]] std::vector<Tally> run_forked(unsigned jobs, Work work) {
  std::array<int, 2> ends{};
  std::vector<Tally> tallies;
  if (::pipe(ends.data()) != 0) return tallies;
  std::fflush(stdout);
  for (unsigned number = 0; number < jobs; ++number) {
    if (::fork() != 0) continue;
    const Tally tally = work(number);
    std::fflush(stdout);
    ::_exit(::write(ends[1], &tally, sizeof tally) == sizeof tally ? 0 : 1);
  }
  ::close(ends[1]);
  Tally one;
  while (::read(ends[0], &one, sizeof one) == sizeof one) tallies.push_back(one);
  ::close(ends[0]);
  while (::wait(nullptr) > 0) {
  }
  return tallies;
}

}  // namespace reentry::testing_support
