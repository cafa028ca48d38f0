// Carries a plan out as one transaction: all of it, or nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "host/host_writer.hpp"
#include "repair/plan.hpp"
#include "repair/receipt.hpp"

namespace reentry {

// Ends what an earlier run left unfinished: a transaction whose steps are all done is finished, any other is
// undone. Returns what was done, one sentence each. Takes the lock. Fails (change) when another run holds it
// or the way back fails.
[[nodiscard]] Result<std::vector<Text>> recover(const HostWriter& writer);
// The same without changing anything: ids of transactions that are unfinished.
[[nodiscard]] Result<std::vector<std::string>> unfinished(const HostWriter& writer);

// Why nothing at all can be changed there: read-only, or we are not root. Nothing when it can.
[[nodiscard]] std::optional<Text> cannot_change(const HostWriter& writer);

// The plan without the remedies that the target would refuse now; those are left, with the reason. Changes
// nothing.
[[nodiscard]] Plan foresee(const Plan& plan, const HostWriter& writer);

// Takes the lock, recovers, checks every step against the target, writes the journal, changes, and returns
// the receipt. Remedies whose files stand in the way (immutable, hard-linked, changed since the plan was
// made) are left and say why. A failure in the middle is rolled back whole and returned (change); when even
// that fails the error says so and the next run takes it up. `now`: seconds since 1970 UTC, names the
// transaction.
[[nodiscard]] Result<Receipt> apply(const Plan& plan, const HostWriter& writer, std::int64_t now);

}  // namespace reentry
