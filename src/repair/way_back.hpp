// Takes a transaction back: after a failure, after a crash, or because somebody asked.
#pragma once

#include <vector>

#include "base/result.hpp"
#include "repair/journal.hpp"
#include "repair/receipt.hpp"

namespace reentry {

struct WayBack {
  std::vector<UndoStep> steps;  // last step first
  bool partly = false;          // some step was left as it is
};

// What take_back() would do now. Reads only.
[[nodiscard]] Result<WayBack> foresee_way_back(const Journal& journal, const Kept& kept, bool forced);

// Takes back every step of `kept` that was begun, last first, and records it. A step whose path was changed
// by somebody since stays unless `forced`. Of a transaction that never finished, a step that fails does not
// keep the others from being taken back; the error then says so, and the next run tries again. Of one that
// was finished, the first failure ends it.
[[nodiscard]] Result<WayBack> take_back(const Journal& journal, const Kept& kept, bool forced);

// The times of `directories` as they are now.
[[nodiscard]] std::vector<DirectoryTime> times_now(const HostWriter& writer,
                                                   const std::vector<DirectoryTime>& directories);

// apply()'s recover() for a caller that holds the lock.
[[nodiscard]] Result<std::vector<Text>> recover_all(const Journal& journal);

}  // namespace reentry
