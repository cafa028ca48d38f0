// Takes transactions back, from what their journal kept.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "host/host_writer.hpp"
#include "repair/receipt.hpp"

namespace reentry {

// Every transaction on the target, newest first. None is no error.
[[nodiscard]] Result<std::vector<TransactionEntry>> list_transactions(const HostWriter& writer);

// What undoing `id` would put back; empty `id`: the newest that can be undone. A step whose file was changed
// since is marked changed_since. Fails (usage) when there is no such transaction or nothing to undo.
[[nodiscard]] Result<UndoPlan> plan_undo(const HostWriter& writer, const std::string& id);

// Puts it back, last step first. A file that someone changed since stays as it is unless `force`. Takes the
// lock and recovers first. A step that fails ends the undo (change); the next run goes on with it.
[[nodiscard]] Result<UndoPlan> undo(const HostWriter& writer, const std::string& id, bool force);

}  // namespace reentry
